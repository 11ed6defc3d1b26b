//! Tells a truly new entry from a known one under a new key.
//!
//! Ids change wholesale when a site moves or turns to https. An unknown key is taken for another name of a known
//! entry only on evidence: the same address in another spelling, the same slug, or the same title on the same day.
//! While the known entry still stands in the feed under its own key, the two are different posts unless address,
//! title and day all agree.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::entry::Entry;
use super::plan::KnownEntry;

/// Dates this far apart can be the same day in two time zones.
const NEAR: TimeDelta = TimeDelta::hours(36);
/// A shorter slug says too little.
const MIN_SLUG: usize = 6;
/// Query parameters that follow the reader, not the page.
const TRACKING: [&str; 6] = ["fbclid", "gclid", "m", "mc_cid", "mc_eid", "ref"];

/// What identifies a post besides its key, in a comparable spelling.
struct Marks {
    /// Host without `www.`.
    host: String,
    /// Path and query without scheme, extension, tracking and closing slash; empty for a front page.
    path: String,
    /// Last part of the path.
    slug: String,
    /// Letters and digits of the title, in lower case.
    title: String,
    published: Option<DateTime<Utc>>,
}

impl Marks {
    fn new(url: Option<&Url>, title: &str, published: Option<DateTime<Utc>>) -> Self {
        let path = url.map(normal_path).unwrap_or_default();
        let host = url.and_then(Url::host_str).unwrap_or_default().to_lowercase();
        let slug = path.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        Self {
            host: host.strip_prefix("www.").unwrap_or(&host).to_owned(),
            slug: if slug.len() >= MIN_SLUG { slug.to_owned() } else { String::new() },
            title: title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect(),
            path,
            published,
        }
    }

    fn address(&self) -> (&str, &str) {
        (&self.host, &self.path)
    }

    fn same_title(&self, other: &Self) -> bool {
        !self.title.is_empty() && self.title == other.title
    }

    /// Whether the dates agree; `None` where one is missing.
    fn near(&self, other: &Self) -> Option<bool> {
        Some((self.published? - other.published?).abs() <= NEAR)
    }
}

fn normal_path(url: &Url) -> String {
    let path = url.path().trim_end_matches('/').to_lowercase();
    let path = ["/index.html", "/index.htm", "/index.php", ".html", ".htm", ".php"]
        .iter()
        .find_map(|end| path.strip_suffix(end))
        .unwrap_or(&path);
    let mut query: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("utm_") && !TRACKING.contains(&name.as_ref()))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    query.sort();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// Matches the unknown entries of one feed against everything known of it.
pub(super) struct Matcher<'a> {
    known: Vec<(&'a KnownEntry, Marks)>,
    by_path: HashMap<String, Vec<usize>>,
    by_slug: HashMap<String, Vec<usize>>,
    by_title: HashMap<String, Vec<usize>>,
    /// The keys that stand in the feed now, with their entries.
    present: HashMap<&'a str, &'a Entry>,
    /// How many entries of the feed have an address.
    addresses: HashMap<(String, String), usize>,
}

impl<'a> Matcher<'a> {
    /// Indexes what is known. `entries` is the whole feed.
    pub(super) fn new(entries: &[&'a Entry], known: &'a [KnownEntry]) -> Self {
        let present: HashMap<&str, &Entry> = entries.iter().map(|entry| (entry.key.as_str(), *entry)).collect();
        let mut matcher = Self {
            known: Vec::new(),
            by_path: HashMap::new(),
            by_slug: HashMap::new(),
            by_title: HashMap::new(),
            addresses: HashMap::new(),
            present,
        };
        let keys: HashSet<&str> = known.iter().map(|known| known.key.as_str()).collect();
        if entries.iter().all(|entry| keys.contains(entry.key.as_str())) {
            return matcher;
        }
        for entry in entries {
            let marks = marks_of(entry);
            *matcher.addresses.entry((marks.host, marks.path)).or_default() += 1;
        }
        for (at, entry) in known.iter().enumerate() {
            // What the feed says now counts more than what it said when the entry was last seen.
            let marks = match matcher.present.get(entry.key.as_str()) {
                Some(current) => marks_of(current),
                None => Marks::new(entry.url.as_ref(), &entry.title, entry.published),
            };
            let index = |map: &mut HashMap<String, Vec<usize>>, mark: &str| {
                if !mark.is_empty() {
                    map.entry(mark.to_owned()).or_default().push(at);
                }
            };
            index(&mut matcher.by_path, &marks.path);
            index(&mut matcher.by_slug, &marks.slug);
            index(&mut matcher.by_title, &marks.title);
            matcher.known.push((entry, marks));
        }
        matcher
    }

    /// Splits entries of unknown key into other names of known entries (with the original's key), and new ones.
    pub(super) fn split(&self, unknown: &[&'a Entry]) -> (Vec<(&'a Entry, &'a str)>, Vec<&'a Entry>) {
        let by_title = self.moved_wholesale(unknown);
        let (mut aliases, mut new) = (Vec::new(), Vec::new());
        let mut twins: HashMap<(String, String, String), &Entry> = HashMap::new();
        for &entry in unknown {
            let marks = marks_of(entry);
            if let Some(original) = self.original(&marks, by_title) {
                aliases.push((entry, original));
                continue;
            }
            // The same post twice in one feed, under two keys.
            let twin = twins.entry((marks.host.clone(), marks.path.clone(), marks.title.clone())).or_insert(entry);
            let same = twin.key != entry.key && !marks.path.is_empty() && !marks.title.is_empty();
            if same && marks_of(twin).near(&marks) != Some(false) {
                aliases.push((entry, twin.key.as_str()));
            } else {
                new.push(entry);
            }
        }
        (aliases, new)
    }

    /// Whether every key of the feed is unknown while most titles aren't: then a title alone is evidence enough.
    fn moved_wholesale(&self, unknown: &[&Entry]) -> bool {
        let all = unknown.len() == self.present.len() && unknown.len() > 1;
        let familiar = |entry: &&&Entry| self.by_title.contains_key(&marks_of(entry).title);
        all && unknown.iter().filter(familiar).count() * 2 > unknown.len()
    }

    /// The key of the known entry that has these marks.
    fn original(&self, marks: &Marks, by_title: bool) -> Option<&'a str> {
        let candidates = [(&self.by_path, &marks.path), (&self.by_slug, &marks.slug), (&self.by_title, &marks.title)];
        let at = candidates
            .into_iter()
            .flat_map(|(map, mark)| map.get(mark).into_iter().flatten())
            .find(|&&at| self.is_same(marks, &self.known[at], by_title))?;
        let known = self.known[*at].0;
        Some(known.alias_of.as_deref().unwrap_or(&known.key))
    }

    fn is_same(&self, entry: &Marks, (known, marks): &(&KnownEntry, Marks), by_title: bool) -> bool {
        let title = entry.same_title(marks);
        let near = entry.near(marks);
        let far = near == Some(false);
        let path = !entry.path.is_empty() && entry.path == marks.path;
        let address = path && entry.host == marks.host;
        if self.present.contains_key(known.key.as_str()) {
            return address && title && !far;
        }
        let by_address = address && self.identifies(entry) && (title || !far);
        let by_path = path && (title && (!far || self.identifies(entry)) || near == Some(true));
        let slug = !entry.slug.is_empty() && entry.slug == marks.slug && !far && (title || near == Some(true));
        by_address || by_path || slug || (title && (near == Some(true) || by_title))
    }

    /// Whether an address belongs to one post only; some feeds give every entry the same one.
    fn identifies(&self, marks: &Marks) -> bool {
        let in_feed = self.addresses.get(&(marks.host.clone(), marks.path.clone())).copied().unwrap_or_default();
        let known = self.by_path.get(&marks.path).into_iter().flatten().map(|&at| &self.known[at]);
        let titles: HashSet<&str> =
            known.filter(|(_, m)| m.address() == marks.address()).map(|(_, m)| m.title.as_str()).collect();
        in_feed <= 1 && titles.len() <= 1
    }
}

fn marks_of(entry: &Entry) -> Marks {
    Marks::new(entry.url.as_ref(), &entry.title, entry.published)
}
