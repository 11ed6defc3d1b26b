# A session while it is held: what hosts and members read.

host-footer = Office hours
host-opened = **{ $title } is open until { $end }** ({ $relative }). Ask your question here, or just read along.
host-warning = **{ $title } closes { $relative }**, at { $end }. This is a good moment for a last question.
host-was-warned = **{ $title }** closed at { $end }.
host-extended = **{ $title } goes on until { $end }** ({ $relative }).
host-thanks = **{ $title } is over.** Thank you for coming! The next dates are in /officehours. If you like, tell us with the button what went well and what to change.
host-extend = Extend 15 min
host-feedback = Give feedback
host-open = Open now
host-close = Close now
host-by-itself = itself

## The card for hosts

host-card = **{ $title }** begins { $start } in { $channel }. Open the channel for members with the button; it closes by itself at { $end }, with a warning five minutes before.
host-card-open = **{ $title }** is open in { $channel } until { $end }.
host-card-by = It was opened by { $by }.
host-card-closed = **{ $title }** in { $channel } is over; the channel is as it was before.
host-card-skipped = **{ $title }** of { $start } was not opened.

## What stands in the way

host-trouble-open = **{ $channel } can't be opened for { $title }**: { $problem }. Nothing was changed in the channel. I try again every 30 seconds until the session ends, and do not tell you twice.
host-trouble-close = **{ $channel } can't be closed after { $title }, so members can still write there**: { $problem }. I try again every 30 seconds and do not tell you twice. You can also close it by hand in the channel's permissions.
host-by-hand = **{ $title } is over, and somebody had changed these permissions in { $channel } by hand while it was open**: { $problem }. I left them as they are; please check that they are as they should be.
door-no-role = the role that is to write there (opens_for in the configuration) does not exist in this server: correct it

## Answers to hosts

host-only = Only the hosts of these office hours can do that.
host-not-configured = No channel is opened for these office hours. An administrator can name the role that may write with `opens_for` in the configuration.
host-none = No session of these office hours is known yet. Add one with `/sessions add`.
host-too-early = No session is on right now. The next one that can be opened is **{ $title }**, { $when }; it can be opened from ten minutes before.
host-which = Several sessions are on right now. Please say which with the option `series`.
host-will-open = { $channel } opens in a moment, and closes by itself at { $end }. I say there when it is open; if something stands in the way, the staff channel says what.
host-will-close = { $channel } closes in a moment; its permissions are then as they were before.
host-is-opening = It is being opened right now.
host-is-open = It is open already, until { $end }.
host-is-closing = It is being closed right now.
host-is-waiting = It is not open yet.
host-is-over = That session is over.
host-moved = This session was moved. It begins { $when } and can be opened from ten minutes before.
host-longest = It was extended by two hours already and ends { $end }. Add another session with `/sessions add` if you need more time.
host-extended-to = It goes on until { $end }.
host-extended-already = It was extended already, until { $end }.

## /sessions agenda

host-no-agenda = No open questions for **{ $title }** yet, so no agenda is posted at its start.
