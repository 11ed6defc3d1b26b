# Everything that members and staff read, but for the articles of the knowledge base.

## /ask

ask-share = Share here
ask-shared-by = { $member } shared an answer:
ask-share-refused = You cannot write in this channel, so I cannot share an answer here for you.
ask-sources = Sources: { $sources }
ask-gone = That article is not in the knowledge base any more. Please ask again with /ask.
ask-empty = Ask me about the PSF: grants, membership, the Community Partner Program, office hours, donations. For example: `/ask question:Are grants open?`
ask-no-question = I find no question in that message. You can ask in your own words with `/ask`.
ask-unreadable = I can't read that question: { $problem }.

## /partner

partner-window = **Community Partner Program: your event on { $event }**
    { $status }
    - First day to apply: { $opens } (six months before the event)
    - Advised for a first application: by { $recommended } (eight weeks before)
    - Last day to apply: { $closes } (six weeks before)
    Form: <{ $form }>
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

## Errors

error-reference = Something went wrong, and it is not your fault. Nothing that you sent was stored. Please try again in a minute; if it happens again, tell the staff this reference: `{ $reference }`
error-stale-button = This button is from an older version of me. Please use the command again.
error-wrong-guild = I only work on the PSF's own server.
error-staff-only = This is for staff of the PSF, and you do not have a role for it here. If you should, ask an administrator of this server.
error-form-late = I could not open the form in time. Please try again in a moment.
error-database-away = My database does not answer at the moment, so I can't do this now. Nothing that you sent was stored. Please try again in a few minutes. Reference for staff: `{ $reference }`
