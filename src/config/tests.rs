use super::*;

const CORE: &str = "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n";

fn refusal(text: &str) -> String {
    Config::parse(&format!("{CORE}{text}")).unwrap_err().to_string()
}

#[test]
fn the_core_is_enough() {
    let config = Config::parse(CORE).unwrap();
    assert_eq!(config.delivery.nonce_window, Duration::from_secs(120));
}

#[test]
fn an_unknown_key_is_refused_with_its_place() {
    insta::assert_snapshot!(refusal("[delivery]\nnonce_widow = \"2m\""), @"the configuration: unknown key delivery.nonce_widow; known there are nonce_window");
}

#[test]
fn an_id_must_be_a_string() {
    insta::assert_snapshot!(Config::parse("[discord]\nguild_id = 1\nstaff_channel = \"2\"").unwrap_err().to_string(), @"the configuration: discord.guild_id: invalid type: found signed int `1`, expected a string");
}

#[test]
fn a_feed_is_checked() {
    let feed = |more: &str| {
        refusal(&format!("[[feeds]]\nkey = \"blog\"\nurl = \"https://example.org/feed\"\nchannels = [\"3\"]\n{more}"))
    };
    insta::assert_snapshot!(feed("max_new = 0"), @r#"feeds.max_new of "blog": write a number from 1 to 25"#);
    insta::assert_snapshot!(feed("interval = \"0s\""), @r#"feeds.interval of "blog": write at least "1s"; "10m" is polite"#);
    insta::assert_snapshot!(feed("colour = \"blue\""), @r##"feeds.colour of "blog": write a colour as "#rrggbb""##);
}

#[test]
fn a_series_has_dates_or_a_rule() {
    let series = |more: &str| {
        refusal(&format!("[[series]]\nkey = \"board\"\ntitle = \"Board\"\nchannel = \"3\"\nduration = \"1h\"\n{more}"))
    };
    insta::assert_snapshot!(series("rule = \"FREQ=MONTHLY;BYDAY=3TU\""), @r#"series.at of "board": a rule needs the wall time, e.g. at = "09:00""#);
    insta::assert_snapshot!(series("dates = [\"2026-10-13T21:00:00Z\"]\nrule = \"FREQ=DAILY\"\nat = \"09:00\"\nzone = \"UTC\""), @r#"series.rule of "board": a series has either dates or a rule, not both"#);
}

#[test]
fn a_key_date_has_a_day_or_an_instant() {
    let date = |more: &str| refusal(&format!("[[key_dates]]\nkey = \"vote\"\ntitle = \"Voting\"\n{more}"));
    insta::assert_snapshot!(date(""), @r#"key_dates.date of "vote": name the day as date = "YYYY-MM-DD", or the instant with at = "…""#);
    insta::assert_snapshot!(date("date = \"2026-12-01\"\nat = \"2026-12-01T14:00:00Z\""), @r#"key_dates.at of "vote": a key date has either a date or an at, not both"#);
    insta::assert_snapshot!(date("date = \"2026-12-01\"\nuntil = \"2026-11-30\""), @r#"key_dates.until of "vote": it ends before it begins; name a later day"#);
    insta::assert_snapshot!(date("at = \"2026-12-01T14:00:00Z\"\nuntil = \"2026-12-02\""), @r#"key_dates.until of "vote": write the end like "2026-09-15T14:00:00Z""#);
    insta::assert_snapshot!(date("date = \"2026-12-01\"\nreminders = [\"24h\"]"), @r#"key_dates.channel of "vote": name the channel that its reminders go to, or take them away"#);
    insta::assert_snapshot!(date("date = \"2026-12-01\"\nurl = \"mailto:psf@python.org\""), @r#"key_dates.url of "vote": write an http or https address"#);
}

#[test]
fn the_digest_has_a_day_and_a_time_and_nothing_is_kept_for_ever() {
    let config = Config::parse(&format!("{CORE}[answers]\ndigest_day = \"friday\"\ndigest_at = \"16:30\"")).unwrap();
    let rhythm = config.answers.rhythm().unwrap();
    assert_eq!((rhythm.day, rhythm.at.to_string().as_str()), (chrono::Weekday::Fri, "16:30:00"));
    insta::assert_snapshot!(refusal("[answers]\ndigest_at = \"8 am\""), @r#"answers.digest_at: write a time in UTC as "HH:MM", e.g. "08:00""#);
    insta::assert_snapshot!(refusal("[answers]\nkeep = \"1h\""), @r#"answers.keep: write a time between "1d" and "3660d""#);
}

#[test]
fn the_web_server_is_off_and_then_on_this_machine_alone() {
    let web = |text: &str| Config::parse(&format!("{CORE}[web]\n{text}")).unwrap().web;
    assert!(web("").public.is_none() && web("").calendar(None).is_none());
    assert_eq!(web("public = 8080").public.unwrap().0.to_string(), "127.0.0.1:8080");
    assert_eq!(web("public = \"8080\"").public.unwrap().0.to_string(), "127.0.0.1:8080");
    assert_eq!(web("private = \"[::]:8081\"").private.unwrap().0.to_string(), "[::]:8081");
    let named = web("public = 8080\nurl = \"https://example.org/psf/\"");
    assert_eq!(named.calendar(None).unwrap().as_str(), "https://example.org/psf/office-hours.ics");
    assert_eq!(named.calendar(Some("board")).unwrap().as_str(), "https://example.org/psf/office-hours/board.ics");
    insta::assert_snapshot!(refusal("[web]\npublic = 70000"), @r#"the configuration: web.public: invalid value signed int `70000`, expected a port of this machine, e.g. 8080, or an address with a port, e.g. "0.0.0.0:8080""#);
    insta::assert_snapshot!(refusal("[web]\npublic = \"localhost\""), @r#"the configuration: web.public: invalid value string "localhost", expected a port of this machine, e.g. 8080, or an address with a port, e.g. "0.0.0.0:8080""#);
    insta::assert_snapshot!(refusal("[web]\nurl = \"https://example.org\""), @"web.url: nothing is served there: name the port with web.public");
    insta::assert_snapshot!(refusal("[web]\npublic = 8080\nurl = \"webcal://example.org\""), @r#"web.url: write the http or https address alone, e.g. "https://psfbot.example.org""#);
    insta::assert_snapshot!(refusal("[web]\npublic = 8080\nprivate = 8080"), @"web.private: it is the same as web.public: name another port, so that not everybody reads it");
}

#[test]
fn everyone_is_no_role() {
    let text = "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\nallowed_ping_roles = [\"1\"]\n";
    insta::assert_snapshot!(Config::parse(text).unwrap_err().to_string(), @"discord.allowed_ping_roles: this is @everyone, and no role; where staff may ping everyone write discord.allow_everyone = true");
}

#[test]
fn a_contact_has_a_key_a_name_and_an_address() {
    let contact = |key: &str, address: &str| {
        let text = format!("[announce.contacts]\n{key} = {{ name = \"Grants\", address = \"{address}\" }}");
        refusal(&text)
    };
    insta::assert_snapshot!(contact("grants", "python.org"), @"announce.contacts.grants: write its address as an e-mail address or a web address that begins with https://, at most 200 characters");
    insta::assert_snapshot!(contact("Grants", "grants@python.org"), @"announce.contacts.Grants: a key is 1 to 16 of a-z, 0-9 and -");
    insta::assert_snapshot!(contact("nobody", "grants@python.org"), @"announce.contacts.nobody: this key takes a contact away from an announcement; choose another one");
    insta::assert_snapshot!(refusal("[announce.contacts]\ngrants = { name = \"\", address = \"a@b.org\" }"), @"announce.contacts.grants: write its name as 1 to 80 characters on one line");
    insta::assert_snapshot!(refusal("[announce.contacts]\ngrants = { name = \"Grants\", mail = \"a@b.org\" }"), @"the configuration: unknown key announce.contacts.grants.mail; known there are name, address");
}

#[test]
fn reminders_and_events_are_bounded() {
    let series = "[[series]]\nkey = \"board\"\ntitle = \"Board\"\nchannel = \"3\"\nduration = \"1h\"\n";
    insta::assert_snapshot!(refusal(&format!("{series}reminders = [\"61d\"]")), @r#"series.reminders of "board": write times from "1m" to "60d" before, e.g. ["24h", "15m"]"#);
    insta::assert_snapshot!(refusal("[office_hours]\nevent_horizon = \"1y\""), @r#"office_hours.event_horizon: write at most 180d; "0s" makes no events in Discord"#);
    let config = Config::parse(&format!("{CORE}{series}")).unwrap();
    insta::assert_snapshot!(refusal(&format!("{series}opening = \"automatic\"")), @r#"series.opening of "board": name with opens_for the role that may write during a session, or take this away"#);
    let opened = Config::parse(&format!("{CORE}{series}opens_for = \"1\"\nhosts = [\"5\"]")).unwrap();
    assert_eq!(opened.schedule().unwrap().series[0].opening.as_ref().map(|opening| opening.automatic), Some(false));
    let leads = &config.schedule().unwrap().series[0].leads;
    assert_eq!(leads, &[chrono::TimeDelta::minutes(15), chrono::TimeDelta::hours(24)], "unless told otherwise");
}
