//! What the page must be for everybody: named controls, enough contrast, no sideways scrolling, the keyboard alone.

use sandbox::world::demo::{GENERAL, MEMBER};

use crate::browser::{Screen, Viewer};
use crate::demo::Demo;

/// Texts whose contrast with what is behind them is less than WCAG AA asks for: 4.5, or 3 for large ones.
const TOO_FAINT: &str = r"(() => {
    const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const paint = (colours) => {
      brush.clearRect(0, 0, 1, 1);
      for (const colour of colours) { brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1); }
      return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (rgb) => rgb.map((part) => part / 255).map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
      .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (node) => {
      const layers = [];
      for (let at = node; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
      return ['white', ...layers];
    };
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode.parentElement;
      if (!walker.currentNode.textContent.trim() || !node.checkVisibility() || node.closest(':disabled, .visually-hidden, noscript, .skip')) continue;
      const style = getComputedStyle(node);
      const [front, back] = [light(paint([...behind(node), style.color])), light(paint(behind(node)))];
      const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      if (ratio < needed) faint.push(`${ratio.toFixed(2)} ${walker.currentNode.textContent.trim().slice(0, 40)}`);
    }
    return faint;
})()";

/// The page with a question's answer, an opened command and an opened menu's button: much of what it can show.
async fn busy(demo: &Demo, viewer: Viewer) -> Screen {
    let screen = Screen::open(demo, MEMBER, GENERAL, viewer).await;
    screen.write("/ask Are grants open? ").await;
    screen.key("Enter").await;
    screen.reads("Only you can see this").await;
    screen.write(&"long".repeat(200)).await;
    screen.key("Enter").await;
    screen.reads("longlonglong").await;
    screen
}

#[tokio::test]
async fn every_control_has_a_name_and_every_text_is_legible_in_light_and_dark() {
    let demo = Demo::start().await;
    let screen = busy(&demo, Viewer::default()).await;
    for dark in [false, true] {
        screen.again(Viewer { dark, ..Viewer::default() }).await;
        screen.write("/off").await;
        let controls = screen.controls().await;
        assert!(controls.len() > 20, "{controls:?}");
        let nameless: Vec<_> = controls.iter().filter(|(_, name)| !name.contains(char::is_alphanumeric)).collect();
        assert!(nameless.is_empty(), "{nameless:?} of {controls:?}");
        let faint: Vec<String> = screen.eval(TOO_FAINT).await;
        assert!(faint.is_empty(), "dark: {dark}, {faint:#?}");
        let structure: (usize, usize, bool) = screen
            .eval("[document.querySelectorAll('h1').length, document.querySelectorAll('main').length, document.documentElement.lang === 'en']")
            .await;
        assert_eq!(structure, (1, 1, true));
        screen.assert_quiet().await;
    }
}

#[tokio::test]
async fn a_phone_of_360_pixels_scrolls_nothing_sideways() {
    let demo = Demo::start().await;
    let screen = busy(&demo, Viewer { width: 360, height: 740, ..Viewer::default() }).await;
    let fits = "document.documentElement.scrollWidth <= 360 && document.querySelector('#messages').scrollWidth <= 360";
    assert!(screen.eval::<bool>(fits).await);
    for (panel, id) in [("Channels", "channels"), ("Try, clock, faults", "guide")] {
        screen.press("button", panel).await;
        let open = format!("document.querySelector('#{id}').checkVisibility()");
        screen.holds(&open).await;
        let panel_fits = format!("{fits} && document.querySelector('#{id}').scrollWidth <= 360");
        assert!(screen.eval::<bool>(&panel_fits).await, "{panel}");
        screen.key("Escape").await;
        screen.holds(&format!("!{open}")).await;
    }
    screen.assert_quiet().await;
}

#[tokio::test]
async fn a_command_is_used_with_the_keyboard_alone() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    // The second link of the page leads to the message box.
    for key in ["Tab", "Tab", "Enter"] {
        screen.key(key).await;
    }
    screen.holds("document.activeElement.id === 'message-text'").await;
    screen.types("/officeh").await;
    screen.control("option", "/officehours").await;
    assert_eq!(screen.eval::<usize>("document.querySelectorAll('#suggestions [role=option]').length").await, 1);
    screen.key("Enter").await;
    screen.holds("document.querySelector('#command-form').contains(document.activeElement)").await;
    screen.key("Escape").await;
    screen.holds("document.activeElement.id === 'message-text' && document.activeElement.value === ''").await;
    screen.types("/officehours ").await;
    screen.key("Enter").await;
    screen.reads("Only you can see this").await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn a_form_is_filled_in_with_the_keyboard_alone() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    for round in ["thrown away", "sent"] {
        screen.write("/feedback ").await;
        screen.types("Gr").await;
        screen.holds("document.querySelector('#command-form [role=option]')").await;
        for key in ["ArrowDown", "Enter", "Enter"] {
            screen.key(key).await;
        }
        screen.holds("document.querySelector('dialog[open]')?.contains(document.activeElement)").await;
        screen.types("The form was quick.").await;
        for _ in 0..8 {
            screen.key("Tab").await;
            let outside = "document.activeElement !== document.body && !document.activeElement.closest('dialog')";
            assert!(!screen.eval::<bool>(outside).await, "the focus left the form");
        }
        if round == "thrown away" {
            screen.key("Escape").await;
            screen.holds("document.querySelector('dialog [role=alert]').textContent.includes('once more')").await;
            screen.key("Escape").await;
            screen
                .holds("!document.querySelector('dialog[open]') && document.activeElement.id === 'message-text'")
                .await;
        }
    }
    let faint: Vec<String> = screen.eval(TOO_FAINT).await;
    assert!(faint.is_empty(), "{faint:#?}");
    // Whatever has the focus after going round: on to the button that sends.
    let submit = "document.activeElement.textContent === 'Submit'";
    for _ in 0..8 {
        if screen.eval::<bool>(submit).await {
            break;
        }
        screen.key("Tab").await;
    }
    assert!(screen.eval::<bool>(submit).await, "Tab does not reach Submit");
    screen.key("Enter").await;
    screen.reads("Thank you").await;
    assert!(!screen.eval::<bool>("document.querySelector('#messages').innerText.includes('⚠')").await);
    screen.holds("[...document.querySelectorAll('#try-steps .done')].some((step) => step.innerText.includes('Give feedback'))").await;
    screen.assert_quiet().await;
}
