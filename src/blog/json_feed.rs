//! Brings a JSON Feed (<https://www.jsonfeed.org/version/1.1/>) into the shape that the parser insists on.
//!
//! The parser (`feed-rs`) gives up a whole feed for a number as an id, a missing title, or one bad item, and doesn't
//! read an item's `image`.

use serde_json::{Map, Value, json};

use super::dialect::without_mail_address;
use super::parse::ParseError;

/// The document with only what is read of it, and what it was, e.g. `JSON Feed 1.1`.
pub(super) fn canonical(text: &str) -> Result<(String, String), ParseError> {
    let feed: Value = serde_json::from_str(text).map_err(|error| ParseError::Malformed(error.to_string()))?;
    let version = feed["version"].as_str().unwrap_or_default();
    let items =
        feed["items"].as_array().filter(|_| version.contains("jsonfeed.org/version/")).ok_or(ParseError::NotAFeed)?;
    let number = version.rsplit('/').next().unwrap_or_default();
    let canonical = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed["title"].as_str().unwrap_or_default(),
        "home_page_url": feed["home_page_url"].as_str(),
        "authors": authors(&feed),
        "items": items.iter().filter_map(Value::as_object).map(item).collect::<Vec<_>>(),
    });
    Ok((canonical.to_string(), format!("JSON Feed {number}")))
}

fn item(item: &Map<String, Value>) -> Value {
    let texts =
        ["url", "external_url", "title", "content_html", "content_text", "summary", "date_published", "date_modified"];
    let mut out: Map<String, Value> =
        texts.into_iter().filter_map(|name| Some((name.to_owned(), item.get(name)?.as_str()?.into()))).collect();
    let id = match item.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => String::new(),
    };
    out.insert("id".to_owned(), id.into());
    out.insert("authors".to_owned(), authors(&Value::Object(item.clone())).into());
    let tags: Vec<&str> =
        item.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    out.insert("tags".to_owned(), tags.into());
    let images = ["image", "banner_image"].into_iter().filter_map(|name| item.get(name)?.as_str());
    let images = images.map(|url| json!({ "url": url, "mime_type": "image/*" })).collect::<Vec<_>>();
    out.insert("attachments".to_owned(), images.into());
    out.into()
}

/// Authors of version 1.1, or the one of version 1.
fn authors(of: &Value) -> Vec<Value> {
    let many = of["authors"].as_array().into_iter().flatten();
    let all = many.chain(std::iter::once(&of["author"]));
    all.filter_map(|author| author["name"].as_str()).map(|name| json!({ "name": without_mail_address(name) })).collect()
}
