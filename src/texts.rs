//! All words that members and staff read, out of one catalogue: the files of `config/locales/<language>/` (Fluent).
//!
//! English is shipped. The catalogue is part of the program, so that a text can't be missing at run time.

use std::borrow::Cow;
use std::collections::HashMap;

pub(crate) use fluent_templates::fluent_bundle::FluentValue as Value;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static CATALOGUE = {
        locales: "./config/locales",
        fallback_language: "en-US",
        // Isolation marks around what is filled in would show up in Discord as boxes on some phones.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ENGLISH: LanguageIdentifier = langid!("en-US");

/// A text of the catalogue.
#[must_use]
pub(crate) fn text(id: &str) -> String {
    CATALOGUE.lookup(&ENGLISH, id)
}

/// How `<@1>` reads, the mention of [`crate::erasure::FORMER_STAFF`], wherever a text says who of the staff did something.
fn named(value: Value<'static>) -> Value<'static> {
    match value {
        Value::String(text) if text == "<@1>" => Value::String(self::text("former-staff").into()),
        value => value,
    }
}

/// A text of the catalogue with something filled in: texts, or numbers where its words depend on them.
#[must_use]
pub(crate) fn text_with<const N: usize>(id: &str, args: [(&'static str, impl Into<Value<'static>>); N]) -> String {
    let args: HashMap<Cow<'static, str>, Value<'_>> =
        args.into_iter().map(|(name, value)| (name.into(), named(value.into()))).collect();
    CATALOGUE.lookup_with_args(&ENGLISH, id, &args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_filled_in() {
        assert!(text_with("error-reference", [("reference", "k7m2q9xd")]).contains("`k7m2q9xd`"));
    }

    #[test]
    fn words_follow_their_number() {
        let left = [0_u64, 1, 21].map(|days| text_with("partner-days-left", [("days", days)]));
        assert_eq!(left, ["today is the last day", "1 day left", "21 days left"]);
    }
}
