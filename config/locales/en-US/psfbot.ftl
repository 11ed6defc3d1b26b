# Everything that members and staff read, but for the articles of the knowledge base.

## /ask

ask-share = Share here
ask-shared-by = { $member } shared an answer:
ask-share-refused = You cannot write in this channel, so I cannot share an answer here for you.
ask-sources = Sources: { $sources }
ask-gone = That article is not in the knowledge base any more. Please ask again with /ask.
ask-empty = Ask me about the PSF: grants, membership, the Community Partner Program, office hours, donations. For example: `/ask question:Are grants open?`
ask-unreadable = I can't read that question: { $problem }.

## /officehours and /dates

officehours-title = Office hours
officehours-session = { $when }, in { $channel }
officehours-session-expected = { $when }, in { $channel }. Expected, not confirmed yet
officehours-none = No date announced yet. You can write to psf-board@python.org, or about grants to grants@python.org.
officehours-no-series = No office hours are set up yet. You can write to psf-board@python.org, or about grants to grants@python.org.
dates-title = The next three months
dates-session = { $when }: **{ $title }**, in { $channel }
dates-session-expected = { $when }: **{ $title }**, in { $channel }. Expected, not confirmed yet
dates-none = No dates are announced for the next three months yet. You can write to psf-board@python.org, or about grants to grants@python.org.
dates-more = { $count ->
    [one] One more date follows.
   *[other] { $count } more dates follow.
}

## Errors

error-reference = Something went wrong, and it is not your fault. Nothing that you sent was stored. Please try again in a minute; if it happens again, tell the staff this reference: `{ $reference }`
error-stale-button = This button is from an older version of me. Please use the command again.
error-wrong-guild = I only work on the PSF's own server.
