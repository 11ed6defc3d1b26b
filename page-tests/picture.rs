//! The picture in the README: `make screenshot` takes it anew.

use std::path::Path;

use sandbox::world::demo::{BLOG, STAFF_MEMBER};

use crate::browser::{Screen, Viewer};
use crate::demo::Demo;

#[tokio::test]
#[ignore = "writes docs/page.png: run it with `make screenshot`"]
async fn the_readmes_picture() {
    let demo = Demo::start().await;
    // Staff may use commands in the channel of the posts, so that both stand in one picture.
    let viewer = Viewer { width: 1360, height: 1060, zone: "Europe/Berlin", ..Viewer::default() };
    let screen = Screen::open(&demo, STAFF_MEMBER, BLOG, viewer).await;
    screen.holds("document.querySelector('#events .post')").await;
    screen.write("/ask Are grants open? ").await;
    screen.key("Enter").await;
    screen.reads("Only you can see this").await;
    let picture = screen.picture().await;
    screen.assert_quiet().await;
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/page.png"), picture).unwrap();
}
