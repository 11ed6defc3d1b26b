//! A time zone, as staff type it. IANA's names are taken; abbreviations are not, because they say one offset where a
//! place has two (`EST` in July), but they lead to the place that is probably meant.

use chrono_tz::{TZ_VARIANTS, Tz};

/// Suggestions at most.
const SUGGESTIONS: usize = 3;

/// What people write instead of a place.
const SPOKEN: [(&[&str], Tz); 7] = [
    (&["et", "est", "edt", "eastern"], Tz::America__New_York),
    (&["ct", "cst", "cdt", "central"], Tz::America__Chicago),
    (&["mt", "mst", "mdt", "mountain"], Tz::America__Denver),
    (&["pt", "pst", "pdt", "pacific"], Tz::America__Los_Angeles),
    (&["gmt", "z", "zulu"], Tz::UTC),
    (&["bst", "uk"], Tz::Europe__London),
    (&["cet", "cest"], Tz::Europe__Berlin),
];

/// Reads a zone: an IANA name in any spelling of its letters, or a city that only one zone is named after.
///
/// # Errors
/// With the zones that may be meant, at most three.
pub fn read_zone(text: &str) -> Result<Tz, Vec<Tz>> {
    let typed = text.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
    let places = || TZ_VARIANTS.into_iter().filter(|zone| zone.name().contains('/') || *zone == Tz::UTC);
    if let Some(zone) = places().find(|zone| zone.name().eq_ignore_ascii_case(&typed)) {
        return Ok(zone);
    }
    let spoken = SPOKEN.iter().find(|(words, _)| words.contains(&typed.as_str()));
    if let Some((_, zone)) = spoken {
        return Err(vec![*zone]);
    }
    let city = |zone: &Tz| zone.name().rsplit('/').next().unwrap_or_default().to_lowercase();
    let named: Vec<Tz> = places().filter(|zone| city(zone) == typed).collect();
    match named[..] {
        [zone] => Ok(zone),
        [] if typed.len() >= 3 => {
            Err(places().filter(|zone| zone.name().to_lowercase().contains(&typed)).take(SUGGESTIONS).collect())
        }
        _ => Err(named.into_iter().take(SUGGESTIONS).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_however_it_is_written() {
        for text in ["America/New_York", "america/new_york", " America/New York ", "New York"] {
            assert_eq!(read_zone(text), Ok(Tz::America__New_York), "{text}");
        }
        assert_eq!(read_zone("utc"), Ok(Tz::UTC));
        assert_eq!(read_zone("Berlin"), Ok(Tz::Europe__Berlin));
    }

    #[test]
    fn an_abbreviation_leads_to_a_place() {
        assert_eq!(read_zone("EST"), Err(vec![Tz::America__New_York]));
        assert_eq!(read_zone("cet"), Err(vec![Tz::Europe__Berlin]));
    }

    #[test]
    fn what_is_no_zone_is_refused_with_what_is_near() {
        assert_eq!(read_zone(""), Err(vec![]));
        assert_eq!(read_zone("Atlantis"), Err(vec![]));
        assert!(read_zone("york").unwrap_err().contains(&Tz::America__New_York));
    }
}
