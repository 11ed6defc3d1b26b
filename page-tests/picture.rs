//! The picture in the README: `make screenshot` takes it anew.

use std::path::Path;

use sandbox::world::demo::{BLOG, GENERAL, MEMBER};

use crate::browser::{Screen, Viewer};
use crate::demo::Demo;

#[tokio::test]
#[ignore = "writes docs/page.png: run it with `make screenshot`"]
async fn the_readmes_picture() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, BLOG, Viewer { height: 900, ..Viewer::default() }).await;
    screen.go_to(GENERAL).await;
    screen.write("/ask Are grants open? ").await;
    screen.key("Enter").await;
    screen.press("button", "Share here").await;
    screen.reads("shared an answer").await;
    let picture = screen.picture().await;
    screen.assert_quiet().await;
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/page.png"), picture).unwrap();
}
