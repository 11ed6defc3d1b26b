//! [`Screen`]: a page in a headless Chromium. Owns speaking the DevTools protocol; commands go out as plain JSON, so that
//! a newer browser's additions to the protocol change nothing.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chromiumoxide::{Browser, BrowserConfig, Command, Method, Page};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::demo::{Demo, PATIENCE};

/// Notes what must never happen on the page: errors and warnings, refused or failed requests, requests elsewhere.
const SENSORS: &str = r"
    window.trouble = [];
    for (const level of ['error', 'warn']) {
      const real = console[level];
      console[level] = (...all) => { trouble.push(`console.${level}: ${all.join(' ')}`); real(...all); };
    }
    addEventListener('error', (event) => trouble.push(`error: ${event.message ?? event.target}`), true);
    addEventListener('unhandledrejection', (event) => trouble.push(`rejection: ${event.reason}`));
    addEventListener('securitypolicyviolation', (event) => trouble.push(`policy: ${event.blockedURI}`));
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
      if (!entry.name.startsWith(location.origin)) trouble.push(`elsewhere: ${entry.name}`);
      if (entry.responseStatus >= 400) trouble.push(`${entry.responseStatus}: ${entry.name}`);
    })).observe({ type: 'resource', buffered: true });
";

/// A command of the protocol.
#[derive(Debug)]
struct Raw(&'static str, Value);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.1.serialize(serializer)
    }
}

impl Method for Raw {
    fn identifier(&self) -> Cow<'static, str> {
        self.0.into()
    }
}

impl Command for Raw {
    type Response = Value;
}

/// How a page is looked at.
pub(crate) struct Viewer {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) zone: &'static str,
    pub(crate) dark: bool,
}

impl Default for Viewer {
    fn default() -> Self {
        Self { width: 1440, height: 1000, zone: "America/New_York", dark: false }
    }
}

/// A page in a browser of its own.
pub(crate) struct Screen {
    page: Page,
    _browser: Browser,
    _profile: TempDir,
}

/// Something on the page that can be used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Control(i64);

impl Screen {
    /// Opens the demo's page as a member sees a channel, and waits until it is live.
    pub(crate) async fn open(demo: &Demo, member: u64, channel: u64, viewer: Viewer) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut config = BrowserConfig::builder()
            .user_data_dir(profile.path())
            .new_headless_mode()
            .window_size(viewer.width, viewer.height)
            .viewport(None)
            // Longer than any wait in the page, whose own message says more.
            .request_timeout(PATIENCE)
            .args(["--disable-gpu", "--disable-background-networking"]);
        if nix::unistd::geteuid().is_root() {
            config = config.no_sandbox();
        }
        let config = config.build().unwrap_or_else(|error| panic!("{error}: `make browser` installs Chromium"));
        let (browser, mut handler) = Browser::launch(config).await.unwrap();
        // Ends with the browser. Messages that this version of the protocol does not know are none of our business.
        tokio::spawn(async move { while handler.next().await.is_some() {} });
        let page = browser.new_page("about:blank").await.unwrap();
        let screen = Self { page, _browser: browser, _profile: profile };
        screen.look_as(&viewer).await;
        screen.raw("Page.addScriptToEvaluateOnNewDocument", json!({"source": SENSORS})).await;
        let address = format!("{}/#user={member}&channel={channel}", demo.url);
        screen.page.goto(address).await.unwrap();
        screen.live().await;
        screen
    }

    /// Waits until the page shows what the server holds.
    async fn live(&self) {
        self.holds("document.querySelector('#page-connection')?.textContent === 'Page: live'").await;
        self.holds("document.querySelector('#messages').getAttribute('aria-busy') === 'false'").await;
    }

    /// Looks at the same page as somebody else would, from its beginning.
    pub(crate) async fn again(&self, viewer: Viewer) {
        self.assert_quiet().await;
        self.look_as(&viewer).await;
        self.page.reload().await.unwrap();
        self.live().await;
    }

    async fn look_as(&self, viewer: &Viewer) {
        let size = json!({"width": viewer.width, "height": viewer.height, "deviceScaleFactor": 1, "mobile": viewer.width < 500});
        self.raw("Emulation.setDeviceMetricsOverride", size).await;
        self.raw("Emulation.setTimezoneOverride", json!({"timezoneId": viewer.zone})).await;
        let browser = self.raw("Browser.getVersion", json!({})).await;
        let language = json!({"userAgent": browser["userAgent"], "acceptLanguage": "en-GB"});
        self.raw("Emulation.setUserAgentOverride", language).await;
        let scheme = if viewer.dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.raw("Emulation.setEmulatedMedia", media).await;
    }

    async fn raw(&self, method: &'static str, params: Value) -> Value {
        match self.page.execute(Raw(method, params)).await {
            Ok(answer) => answer.result,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    /// The value of an expression, awaited if it is a promise.
    pub(crate) async fn eval<T: DeserializeOwned>(&self, expression: &str) -> T {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.raw("Runtime.evaluate", params).await;
        if let Some(exception) = answer.get("exceptionDetails") {
            panic!("{expression}\n{}", exception["exception"]["description"].as_str().unwrap_or("threw something"));
        }
        serde_json::from_value(answer["result"]["value"].clone()).unwrap()
    }

    /// Waits until an expression is true; what it is then.
    pub(crate) async fn until<T: DeserializeOwned>(&self, condition: &str) -> T {
        let looking = format!(
            "new Promise((done, fail) => {{
               const end = performance.now() + {};
               const look = () => {{
                 const found = ({condition});
                 if (found) done(found);
                 else if (performance.now() > end) fail(new Error('it never became so, the messages being: '
                   + document.querySelector('#messages')?.innerText));
                 else setTimeout(look, 20);
               }};
               look();
             }})",
            PATIENCE.as_millis() / 3
        );
        self.eval(&looking).await
    }

    /// Waits until something is so.
    pub(crate) async fn holds(&self, condition: &str) {
        let _true: bool = self.until(&format!("Boolean({condition})")).await;
    }

    /// Waits until the log shows a text.
    pub(crate) async fn reads(&self, text: &str) {
        let text = json!(text);
        self.holds(&format!("document.querySelector('#messages').innerText.includes({text})")).await;
    }

    async fn query(&self, role: &str, name: &str) -> Vec<i64> {
        let document = self.raw("Runtime.evaluate", json!({"expression": "document"})).await;
        let params = json!({"objectId": document["result"]["objectId"], "role": role});
        let found = self.raw("Accessibility.queryAXTree", params).await;
        let nodes = found["nodes"].as_array().into_iter().flatten();
        let (whole, beginning) = (Some(name), format!("{name} "));
        let named = |node: &&Value| {
            let found = node["name"]["value"].as_str();
            found == whole || found.is_some_and(|found| found.starts_with(&beginning))
        };
        nodes
            .filter(|node| node["ignored"] != true)
            .filter(named)
            .filter_map(|node| node["backendDOMNodeId"].as_i64())
            .collect()
    }

    /// Waits for the control of this role whose name is or begins with these words; of several, the last.
    pub(crate) async fn control(&self, role: &str, name: &str) -> Control {
        let finding = async {
            loop {
                if let Some(id) = self.query(role, name).await.pop() {
                    return Control(id);
                }
                let _: bool = self.eval("new Promise((done) => setTimeout(() => done(true), 20))").await;
            }
        };
        let Ok(found) = tokio::time::timeout(PATIENCE / 2, finding).await else {
            let text: String = self.eval("document.body.innerText").await;
            panic!("there is no {role} {name:?} on the page:\n{text}");
        };
        found
    }

    /// Whether there is such a control now.
    pub(crate) async fn has(&self, role: &str, name: &str) -> bool {
        !self.query(role, name).await.is_empty()
    }

    /// Presses a control with the mouse, where it is. One that moved away meanwhile is looked for again.
    pub(crate) async fn press(&self, role: &str, name: &str) {
        let pressing = async { while !self.press_once(role, name).await {} };
        assert!(tokio::time::timeout(PATIENCE, pressing).await.is_ok(), "{role} {name:?} can't be pressed");
    }

    async fn press_once(&self, role: &str, name: &str) -> bool {
        let control = self.control(role, name).await;
        let Control(id) = control;
        let listen = "function () {
            window.pressed = false;
            this.addEventListener('click', () => { window.pressed = true; }, { once: true, capture: true });
        }";
        self.call(control, listen, json!([])).await;
        self.raw("DOM.scrollIntoViewIfNeeded", json!({"backendNodeId": id})).await;
        let quads = self.raw("DOM.getContentQuads", json!({"backendNodeId": id})).await;
        let corner = |at: usize| quads["quads"][0][at].as_f64();
        let (Some(left), Some(top), Some(right), Some(bottom)) = (corner(0), corner(1), corner(4), corner(5)) else {
            return false;
        };
        for kind in ["mousePressed", "mouseReleased"] {
            let (x, y) = (left.midpoint(right), top.midpoint(bottom));
            let params = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.raw("Input.dispatchMouseEvent", params).await;
        }
        self.eval("window.pressed").await
    }

    /// Calls a function with a control as `this`.
    async fn call(&self, Control(id): Control, function: &str, arguments: Value) {
        let object = self.raw("DOM.resolveNode", json!({"backendNodeId": id})).await;
        let params =
            json!({"objectId": object["object"]["objectId"], "functionDeclaration": function, "arguments": arguments});
        let answer = self.raw("Runtime.callFunctionOn", params).await;
        assert!(answer.get("exceptionDetails").is_none(), "{answer}");
    }

    /// Puts the focus on a control.
    pub(crate) async fn focus(&self, role: &str, name: &str) {
        let Control(id) = self.control(role, name).await;
        self.raw("DOM.focus", json!({"backendNodeId": id})).await;
    }

    /// Types a text where the focus is, a character at a time.
    pub(crate) async fn types(&self, text: &str) {
        for character in text.chars() {
            self.raw("Input.insertText", json!({"text": character})).await;
        }
    }

    /// Presses one key: Enter, Tab, Shift+Tab, Escape, ArrowDown or Space.
    pub(crate) async fn key(&self, key: &str) {
        let (name, code, number, text) = match key {
            "Enter" => ("Enter", "Enter", 13, "\r"),
            "Tab" | "Shift+Tab" => ("Tab", "Tab", 9, ""),
            "Escape" => ("Escape", "Escape", 27, ""),
            "ArrowDown" => ("ArrowDown", "ArrowDown", 40, ""),
            "Space" => (" ", "Space", 32, " "),
            other => panic!("the tests press no {other}"),
        };
        let shift = if key.starts_with("Shift") { 8 } else { 0 };
        let mut event = json!({"type": if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "key": name, "code": code,
            "windowsVirtualKeyCode": number, "modifiers": shift});
        if !text.is_empty() {
            event["text"] = json!(text);
        }
        self.raw("Input.dispatchKeyEvent", event.clone()).await;
        event["type"] = json!("keyUp");
        self.raw("Input.dispatchKeyEvent", event).await;
    }

    /// Chooses an entry of a drop-down by its text.
    pub(crate) async fn choose(&self, name: &str, entry: &str) {
        let control = self.control("combobox", name).await;
        let script = "function (entry) {
            const option = [...this.options].find((option) => option.text === entry);
            if (!option) throw new Error(`no ${entry} among ${[...this.options].map((option) => option.text)}`);
            this.value = option.value;
            this.dispatchEvent(new Event('input', { bubbles: true }));
            this.dispatchEvent(new Event('change', { bubbles: true }));
        }";
        self.call(control, script, json!([{"value": entry}])).await;
    }

    /// Switches to another member by the page's own drop-down.
    pub(crate) async fn become_member(&self, shown: &str, id: u64) {
        self.choose("You are", shown).await;
        self.holds(&format!("location.hash.includes('user={id}')")).await;
        self.holds("document.querySelector('#messages').getAttribute('aria-busy') === 'false'").await;
    }

    /// Opens a channel by its link.
    pub(crate) async fn go_to(&self, channel: u64) {
        self.holds(&format!("document.querySelector('#channel-list a[data-channel=\"{channel}\"]') && (document.querySelector('#channel-list a[data-channel=\"{channel}\"]').click(), true)"))
            .await;
        // The address changes at once; what was begun in the message box goes when the channel is drawn.
        let open = format!(
            "document.querySelector('#channel-list a[data-channel=\"{channel}\"]')?.getAttribute('aria-current') === 'page'
                && document.querySelector('#messages').getAttribute('aria-busy') === 'false'"
        );
        self.holds(&open).await;
    }

    /// Types into the message box of the open channel.
    pub(crate) async fn write(&self, text: &str) {
        self.focus("textbox", "Message, or / for a list of commands").await;
        self.types(text).await;
    }

    /// All controls that a person can use, as `(role, name)`, as assistive technology sees them.
    pub(crate) async fn controls(&self) -> Vec<(String, String)> {
        let tree = self.raw("Accessibility.getFullAXTree", json!({})).await;
        let roles =
            ["button", "link", "textbox", "combobox", "checkbox", "listbox", "option", "dialog", "log", "spinbutton"];
        let nodes = tree["nodes"].as_array().into_iter().flatten().filter(|node| node["ignored"] != true);
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        nodes
            .map(|node| (text(&node["role"]), text(&node["name"])))
            .filter(|(role, _)| roles.contains(&role.as_str()))
            .collect()
    }

    /// The picture of the page as PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let shot = self.raw("Page.captureScreenshot", json!({"format": "png"})).await;
        BASE64_STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()
    }

    /// Fails the test if the page logged an error, was refused something or asked somebody else.
    pub(crate) async fn assert_quiet(&self) {
        let trouble: Vec<String> = self.eval("window.trouble").await;
        assert!(trouble.is_empty(), "{trouble:#?}");
    }
}
