## /partner

partner-window = **Community Partner Program: your event on { $event }**
    { $status }
    - First day to apply: { $opens } (six months before the event)
    - Advised for a first application: by { $recommended } (eight weeks before)
    - Last day to apply: { $closes } (six weeks before)
partner-rules = Form: <{ $form }>
    -# Rules as of 10 February 2026: <{ $source }>
partner-not-open-yet = **Not open yet.** You can apply from { $opens } on.
partner-open = **Open.** You can apply now: { $left }.
partner-open-first-time = **Open.** You can apply now: { $left }. As it is your first application, please send it by { $recommended }.
partner-open-late = **Open, but late for a first application.** You can still apply: { $left }. First-time applicants were advised to apply by { $recommended }, so please do it soon.
partner-closed = **Closed.** The last day to apply for this event is over. Questions? Write to grants@python.org.
partner-past = **Closed.** This day is in the past. If you mean a later event, please use the command again with its date.
partner-days-left = { $days ->
    [0] today is the last day
    [one] { $days } day left
   *[other] { $days } days left
}
partner-criteria = **Community Partner Program: can your event or initiative apply?** Yes, if you can tick every line:
    ☐ It is good for the Python community.
    ☐ It is about Python only, or mostly about Python.
    ☐ It has a web page: your own site, a Meetup or a Luma page is enough.
    ☐ It has a code of conduct that you enforce, with clear ways to report.
    ☐ You accept the limits of the partner title: the rules for the PSF's name and logo, and no fundraising by the PSF for you.
    ☐ It is six weeks to six months ahead. For a first application, eight weeks or more are advised.
    Partners may use the PSF's name and logo, and the PSF shares fitting posts; there is no money in it. The PSF decides on each application.
    A group with many events a year applies once, for the group: <{ $page }>
    For your exact days: `/partner event_date:{ $example }`
    Form: <{ $form }>
    -# Rules as of 10 February 2026: <{ $source }>
partner-date-unreadable = I can't read the date of your event. Please write it as year-month-day (YYYY-MM-DD), for example: `/partner event_date:{ $example }`
partner-date-no-such-day = The calendar has no such day. Please write the date of your event as year-month-day (YYYY-MM-DD), for example: `/partner event_date:{ $example }`
partner-date-ambiguous = I can read the date of your event in two ways. Please write it as year-month-day (YYYY-MM-DD): `{ $first }` for { $first-long }, or `{ $second }` for { $second-long }.
