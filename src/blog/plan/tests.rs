use super::*;
use proptest::prelude::*;

fn at(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_770_000_000 + day * 86_400, 0).unwrap()
}

fn entry(n: i64) -> Entry {
    Entry {
        key: format!("tag:blog,{n}"),
        url: Url::parse(&format!("http://old.example/2026/post-number-{n}.html")).ok(),
        title: format!("Post number {n}"),
        summary: format!("About {n}."),
        author: None,
        published: Some(at(n * 7)),
        updated: None,
        image: None,
        image_alt: None,
        categories: vec![],
    }
}

fn policy() -> Policy {
    Policy { max_new: 3, edit_window: Duration::from_secs(14 * 86_400), announce_latest: false, categories: vec![] }
}

/// A feed's memory, as the store keeps it.
#[derive(Default)]
struct Memory(Seen);

impl Memory {
    fn after(entries: &[Entry]) -> Self {
        let mut memory = Self::default();
        memory.poll(entries, at(1000));
        memory
    }

    fn poll(&mut self, entries: &[Entry], now: DateTime<Utc>) -> Plan {
        self.poll_by(entries, &policy(), now)
    }

    fn poll_by(&mut self, entries: &[Entry], policy: &Policy, now: DateTime<Utc>) -> Plan {
        let plan = plan(entries, &self.0, policy, now);
        self.0.seeded |= plan.seeded;
        for learnt in &plan.learn {
            self.0.entries.retain(|known| known.key != learnt.key);
            self.0.entries.push(learnt.clone());
        }
        plan
    }
}

fn keys(plan: &Plan) -> Vec<&str> {
    plan.announce.iter().map(|entry| entry.key.as_str()).collect()
}

/// How many entries were recognised under new names, and the keys of those that are held back.
fn asked(plan: &Plan) -> (usize, Vec<String>) {
    let AskStaff { recognised, held } = plan.ask_staff.clone().unwrap();
    (recognised.len(), held.into_iter().map(|entry| entry.key).collect())
}

#[test]
fn the_first_poll_posts_nothing() {
    let mut memory = Memory::default();
    let plan = memory.poll(&(0..25).map(entry).collect::<Vec<_>>(), at(1000));
    assert!(plan.seeded && plan.announce.is_empty() && plan.ask_staff.is_none());
    assert_eq!(plan.learn.len(), 25);
}

#[test]
fn the_first_entry_after_an_empty_first_poll_is_posted() {
    let mut memory = Memory::default();
    assert!(memory.poll(&[], at(1000)).seeded);
    let plan = memory.poll(&[entry(1)], at(1001));
    assert_eq!((keys(&plan), plan.seeded), (vec!["tag:blog,1"], false));
}

#[test]
fn the_newest_is_posted_at_first_where_that_is_wanted() {
    let policy = Policy { announce_latest: true, ..policy() };
    let mut memory = Memory::default();
    assert_eq!(keys(&memory.poll_by(&[entry(1), entry(3), entry(2)], &policy, at(1000))), ["tag:blog,3"]);
    assert!(memory.poll_by(&[entry(1), entry(3), entry(2)], &policy, at(1000)).announce.is_empty());
    let undated = [3, 2].map(|n| Entry { published: None, ..entry(n) });
    assert_eq!(keys(&Memory::default().poll_by(&undated, &policy, at(1000))), ["tag:blog,3"]);
}

#[test]
fn a_new_entry_at_any_place_is_posted_once_the_oldest_first() {
    let mut memory = Memory::after(&[entry(9), entry(5)]);
    let feed = [entry(9), entry(8), entry(5), entry(7)];
    assert_eq!(keys(&memory.poll(&feed, at(1001))), ["tag:blog,7", "tag:blog,8"]);
    assert_eq!(memory.poll(&feed, at(1002)), Plan::default());
}

#[test]
fn changed_dates_order_and_absences_post_nothing() {
    let mut memory = Memory::after(&[entry(3), entry(2), entry(1)]);
    let dated = Entry { published: Some(at(999)), updated: Some(at(999)), ..entry(1) };
    assert!(memory.poll(&[dated, entry(3), entry(2)], at(1001)).announce.is_empty());
    assert!(memory.poll(&[entry(2)], at(1002)).announce.is_empty());
    assert!(
        memory.poll(&[entry(1), entry(2), entry(3)], at(1003)).announce.is_empty(),
        "a resurfaced entry was posted"
    );
}

#[test]
fn a_vanished_last_entry_holds_nothing_up() {
    let mut memory = Memory::after(&[entry(3), entry(2), entry(1)]);
    assert_eq!(keys(&memory.poll(&[entry(4), entry(2), entry(1)], at(1001))), ["tag:blog,4"]);
}

#[test]
fn a_moved_site_posts_nothing_and_staff_are_told_once() {
    let old: Vec<Entry> = (0..25).map(entry).collect();
    let moved = |scheme: &str, host: &str, end: &str| -> Vec<Entry> {
        let renamed = |e: &Entry| {
            let url = format!("{scheme}://{host}{}{end}", e.url.as_ref().unwrap().path().trim_end_matches(".html"));
            Entry { key: url.clone(), url: Url::parse(&url).ok(), summary: "Shorter.".to_owned(), ..e.clone() }
        };
        old.iter().map(renamed).collect()
    };
    for feed in [
        moved("https", "old.example", ".html"),
        moved("https", "www.old.example", "/"),
        moved("https", "new.example", "/"),
    ] {
        let mut memory = Memory::after(&old);
        let plan = memory.poll(&feed, at(1001));
        assert_eq!(asked(&plan), (25, vec![]));
        assert!(plan.announce.is_empty() && plan.edit.is_empty());
        assert_eq!(memory.poll(&feed, at(1002)), Plan::default());
        let mut next = feed.clone();
        next.insert(0, entry(30));
        assert_eq!(keys(&memory.poll(&next, at(1003))), ["tag:blog,30"]);
    }
}

#[test]
fn a_move_from_blogger_to_another_site_is_recognised() {
    let read =
        |bytes: &[u8]| crate::blog::parse(bytes, None, &Url::parse("http://feed.example/").unwrap()).unwrap().entries;
    let mut memory = Memory::after(&read(include_bytes!("../../../tests/feeds/blogger.atom")));
    let plan = memory.poll(&read(include_bytes!("../../../tests/feeds/site.rss")), at(1001));
    assert!(plan.announce.is_empty());
    assert_eq!(asked(&plan), (2, vec![]));
}

#[test]
fn while_a_site_moves_what_is_not_recognised_is_held_back() {
    let old: Vec<Entry> = (0..10).map(entry).collect();
    let moved = |e: &Entry| Entry { key: format!("new-{}", e.key), ..e.clone() };
    let mut memory = Memory::after(&old);
    let mut feed: Vec<Entry> = old.iter().map(moved).collect();
    feed.insert(0, entry(30));
    let plan = memory.poll(&feed, at(1001));
    assert!(plan.announce.is_empty());
    assert_eq!(asked(&plan), (10, vec!["tag:blog,30".to_owned()]));
    assert_eq!(memory.poll(&feed, at(1002)), Plan::default());
    // A few new names in a feed that otherwise stayed itself hold nothing back.
    let mut memory = Memory::after(&old);
    let mut feed = old.clone();
    feed[8] = moved(&feed[8]);
    feed[9] = moved(&feed[9]);
    feed.insert(0, entry(30));
    let plan = memory.poll(&feed, at(1001));
    assert_eq!((keys(&plan), asked(&plan)), (vec!["tag:blog,30"], (2, vec![])));
}

#[test]
fn titles_alone_are_enough_when_everything_moved() {
    let old: Vec<Entry> = (0..10).map(entry).collect();
    let renamed = |e: &Entry| Entry {
        key: format!("x{}", e.title),
        url: Url::parse("https://n.example/").unwrap().join(&e.title.len().to_string()).ok(),
        published: Some(at(999)),
        ..e.clone()
    };
    let mut memory = Memory::after(&old);
    assert!(memory.poll(&old.iter().map(renamed).collect::<Vec<_>>(), at(1001)).announce.is_empty());
}

#[test]
fn different_posts_that_share_an_address_a_slug_or_a_title_are_all_posted() {
    let page = |n: i64| Entry { url: Url::parse("https://status.example/history").ok(), ..entry(n) };
    let mut memory = Memory::after(&[page(2), page(1)]);
    assert_eq!(keys(&memory.poll(&[page(4), page(3), page(2)], at(1001))), ["tag:blog,3", "tag:blog,4"]);
    let minutes = |n: i64| Entry {
        title: "Minutes".into(),
        url: Url::parse(&format!("https://b.example/{n}/minutes")).ok(),
        ..entry(n)
    };
    let mut memory = Memory::after(&[minutes(1)]);
    assert_eq!(keys(&memory.poll(&[minutes(2)], at(1001))), ["tag:blog,2"]);
}

#[test]
fn one_post_under_two_keys_is_posted_once() {
    let mut memory = Memory::after(&[entry(1)]);
    let twin = Entry { key: "https://twin".into(), ..entry(2) };
    assert_eq!(keys(&memory.poll(&[entry(2), twin.clone(), entry(1)], at(1001))), ["tag:blog,2"]);
    assert!(memory.poll(&[twin, entry(1)], at(1002)).announce.is_empty());
}

#[test]
fn too_many_at_once_post_nothing_and_ask_staff_once() {
    let mut memory = Memory::after(&[entry(1)]);
    let feed: Vec<Entry> = (1..=5).rev().map(entry).collect();
    let plan = memory.poll(&feed, at(1001));
    assert!(plan.announce.is_empty());
    assert_eq!(asked(&plan), (0, (2..=5).map(|n| entry(n).key).collect()));
    assert_eq!(memory.poll(&feed, at(1002)), Plan::default());
}

#[test]
fn an_edit_within_the_window_edits_the_announcement() {
    let mut memory = Memory::after(&[]);
    memory.poll(&[entry(1)], at(1001));
    let edited = Entry { title: "Post number one".to_owned(), ..entry(1) };
    let plan = memory.poll(std::slice::from_ref(&edited), at(1010));
    assert_eq!(plan.edit, [Edit { key: "tag:blog,1".into(), entry: edited.clone() }]);
    assert_eq!(memory.poll(&[edited], at(1011)), Plan::default());
    assert!(memory.poll(&[entry(1)], at(1016)).edit.is_empty(), "an edit after the window was carried over");
    let reformatted = Entry { summary: "**About**  1.".to_owned(), ..entry(1) };
    assert!(memory.poll(&[reformatted], at(1002)).edit.is_empty(), "other marks alone are no edit");
}

#[test]
fn an_entry_under_a_new_key_still_edits_its_announcement() {
    let mut memory = Memory::after(&[]);
    memory.poll(&[entry(1)], at(1001));
    let moved = Entry { key: "new".into(), ..entry(1) };
    assert!(memory.poll(std::slice::from_ref(&moved), at(1002)).edit.is_empty());
    let edited = Entry { summary: "Corrected.".into(), ..moved };
    let plan = memory.poll(std::slice::from_ref(&edited), at(1003));
    assert_eq!(plan.edit, [Edit { key: "tag:blog,1".into(), entry: edited }]);
}

#[test]
fn a_category_filter_leaves_others_out_for_good() {
    let policy = Policy { categories: vec!["Grants".into()], ..policy() };
    let mut memory = Memory::after(&[]);
    let tagged = Entry { categories: vec!["grants".into()], ..entry(2) };
    assert_eq!(keys(&memory.poll_by(&[entry(1), tagged], &policy, at(1001))), ["tag:blog,2"]);
    let late = Entry { categories: vec!["grants".into()], ..entry(1) };
    assert!(memory.poll_by(&[late], &policy, at(1002)).announce.is_empty());
}

proptest! {
    /// Feeds show any selection of what exists, in any order, with changing dates, texts and spellings of addresses.
    #[test]
    fn no_sequence_of_feeds_posts_twice_or_misses_one(
        polls in prop::collection::vec((prop::collection::vec((0i64..12, 0u8..4), 0..12), any::<bool>()), 1..12)
    ) {
        let generous = Policy { max_new: 100, ..policy() };
        let mut memory = Memory::default();
        let (mut posted, mut shown) = (HashSet::new(), HashSet::new());
        for (n, (poll, redated)) in polls.iter().enumerate() {
            let variant = |&(id, variant): &(i64, u8)| match variant {
                0 => entry(id),
                1 => Entry { published: None, ..entry(id) },
                2 => Entry { summary: format!("edited in poll {n}"), ..entry(id) },
                _ => Entry { key: format!("https-{id}"), url: Url::parse(&format!("https://www.old.example/2026/post-number-{id}/")).ok(), ..entry(id) },
            };
            let mut feed: Vec<Entry> = poll.iter().map(variant).collect();
            if *redated {
                feed.iter_mut().for_each(|entry| entry.published = Some(at(5000)));
            }
            let now = at(1000 + n as i64);
            let titles: HashSet<String> = feed.iter().map(|entry| entry.title.clone()).collect();
            let plan = memory.poll_by(&feed, &generous, now);
            let fresh: HashSet<String> = titles.difference(&shown).cloned().collect();
            shown.extend(titles);
            // What staff are asked about counts as found: it is posted when they say so.
            let held = plan.ask_staff.iter().flat_map(|ask| &ask.held);
            let announced: Vec<String> = plan.announce.iter().chain(held).map(|entry| entry.title.clone()).collect();
            for title in &announced {
                prop_assert!(posted.insert(title.clone()), "{title} was posted twice");
            }
            let expected = if n == 0 { HashSet::new() } else { fresh };
            prop_assert_eq!(announced.into_iter().collect::<HashSet<_>>(), expected);
        }
    }

    /// However many posts there are and however their names change together: nothing is posted, staff are asked once, and
    /// what comes next is posted once.
    #[test]
    fn a_wholesale_change_of_identities_posts_nothing_and_asks_once(
        count in 2i64..30, missing in 0usize..3, scheme in 0u8..6, redated in any::<bool>(), edited in any::<bool>(),
        added in 0usize..2,
    ) {
        let old: Vec<Entry> = (0..count).rev().map(entry).collect();
        let renamed = |e: &Entry| {
            let url = e.url.as_ref().unwrap().as_str();
            let slug = url.rsplit('/').next().unwrap().trim_end_matches(".html");
            let url = match scheme {
                0 => url.replace("http:", "https:"),
                1 => format!("https://new.example/blog/{slug}/"),
                2 => format!("https://new.example/2026/02/{slug}?utm_source=feed"),
                3 => format!("https://www.old.example/2026/{slug}.html#top"),
                4 => format!("https://new.example/p/{}", e.title.replace(' ', "_")),
                _ => url.to_owned(),
            };
            Entry {
                key: format!("new:{url}"),
                url: Url::parse(&url).ok(),
                published: if redated && scheme != 4 { Some(at(5000)) } else { e.published },
                summary: if edited { "In short.".to_owned() } else { e.summary.clone() },
                ..e.clone()
            }
        };
        let mut memory = Memory::after(&old);
        // A move shows fewer posts than before at times; two stay at least.
        let mut feed: Vec<Entry> = old.iter().skip(missing.min(old.len() - 2)).map(renamed).collect();
        let recognised = feed.len();
        // One that is new at the same moment waits.
        if added == 1 && recognised > 2 {
            feed.insert(0, entry(40));
        }
        let held: Vec<String> = feed.iter().filter(|e| e.key == entry(40).key).map(|e| e.key.clone()).collect();
        let plan = memory.poll(&feed, at(1001));
        prop_assert!(plan.announce.is_empty() && plan.edit.is_empty(), "{:?}", keys(&plan));
        prop_assert_eq!(asked(&plan), (recognised, held));
        prop_assert_eq!(memory.poll(&feed, at(1002)), Plan::default());
        // Back and forth changes nothing either.
        let back = memory.poll(&old, at(1003));
        prop_assert!(back.announce.is_empty() && back.ask_staff.is_none());
        feed.insert(0, entry(50));
        let next = memory.poll(&feed, at(1004));
        prop_assert_eq!(keys(&next), vec!["tag:blog,50"]);
        prop_assert_eq!(memory.poll(&feed, at(1005)), Plan::default());
    }
}
