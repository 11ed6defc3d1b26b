# Office hours and key dates: commands, reminders, Discord's events.

## /officehours and /dates

officehours-title = Office hours
officehours-session = { $when }, in { $channel }
officehours-session-expected = { $when }, in { $channel }. Expected, not confirmed yet
officehours-session-moved = { $when }, in { $channel }. Moved from { $slot }
officehours-session-cancelled = ~~{ $when }~~ This session is cancelled
officehours-none = No date announced yet. You can write to psf-board@python.org, or about grants to grants@python.org.
officehours-no-series = No office hours are set up yet. You can write to psf-board@python.org, or about grants to grants@python.org.
officehours-remind = Remind me
officehours-remind-one = Remind me: { $title }
officehours-add = Add to calendar
officehours-add-one = Add to calendar: { $title }
dates-title = The next three months
dates-session = { $when }: **{ $title }**, in { $channel }
dates-session-expected = { $when }: **{ $title }**, in { $channel }. Expected, not confirmed yet
dates-session-moved = { $when }: **{ $title }**, in { $channel }. Moved from { $slot }
dates-session-cancelled = ~~{ $when }: **{ $title }**~~ This session is cancelled
dates-key-date = { $when }: **{ $title }**
dates-key-date-moved = { $when }: **{ $title }**, moved from { $planned }
dates-key-date-cancelled = { $when }: **{ $title }**: **cancelled**
dates-link = [more](<{ $url }>)
dates-range = { $first } to { $last }
dates-none = No dates are announced for the next three months yet. You can write to psf-board@python.org, or about grants to grants@python.org.
dates-more = { $count ->
    [one] One more date follows.
   *[other] { $count } more dates follow.
}

## Add to calendar

calendar-session = **{ $title }**: { $when }, in { $channel }
    Add it to Google Calendar with the button, or open the attached file with any other calendar.
calendar-session-expected = **{ $title }**: { $when }, in { $channel }. Expected, not confirmed yet
    Add it to Google Calendar with the button, or open the attached file with any other calendar. Please look here again before the day: the date may still change.
calendar-session-moved = **{ $title }**: { $when }, in { $channel }. Moved from { $slot }
    Add it to Google Calendar with the button, or open the attached file with any other calendar.
calendar-dates = These are the dates of the next three months. Add one to Google Calendar with its button, or open the attached file, which has all of them, with any other calendar.
calendar-subscribe = Or subscribe, so that new dates and changes come by themselves: <{ $url }>
calendar-google = Google Calendar
calendar-google-subscribe = Subscribe in Google Calendar
calendar-name = PSF office hours
calendar-title-cancelled = Cancelled: { $title }
calendar-cancelled = This session does not take place.
calendar-scheduled = A text chat on the PSF's Discord server.
calendar-expected = Expected by the usual rule; staff have not confirmed it yet.
calendar-none = There is no date to add: no next session of { $title } is announced yet.
calendar-gone = These office hours are not held any more. Please use /officehours again.

## Remind me

remind-stored = I will send you a direct message 15 minutes before **{ $title }**: { $when }. If your direct messages are closed, I tell you at your next command here.
remind-forget = Do not remind me
remind-forget-one = Do not remind me: { $title }
remind-forgotten = I will not remind you.
remind-unknown = I have no such reminder of yours any more.
remind-none = The next session of **{ $title }** is not confirmed yet, so I can't remind you of it. Please look at /officehours again later.
remind-soon = **{ $title }** begins { $relative }, so I can't remind you any sooner.
remind-wait = Discord lets me open a direct message with you again { $relative }. Nothing was stored yet; please press the button again then.
remind-not-now = I could not open a direct message with you just now. Nothing was stored. Please try again in a minute.
remind-message = **{ $title }**, { $when } ({ $relative }), in { $channel }. You asked me to remind you with /officehours.
remind-line = - Reminder: **{ $title }**, { $when }
remind-here = You asked for a reminder, and I could not send you a direct message:

## Reminders

reminder-session = **{ $title }**, { $when } ({ $relative }), in { $channel }. An office hour is a text chat: ask your question there, or just read along.
reminder-key-date = **{ $title }**, { $when } ({ $relative })
reminder-late = Sorry, this reminder is late: it could not be sent when it was due.
reminder-more = Read more
reminder-footer = Reminder

notice-moved = **{ $title }** of { $from } **is moved**. It now begins { $to }, in { $channel }.
notice-cancelled = **{ $title }** of { $from } **is cancelled**. The next dates are in /officehours.
notice-date-moved = **{ $title }** of { $from } **is moved**. It is now { $to }.
notice-date-cancelled = **{ $title }** of { $from } **is cancelled**. The next dates are in /dates.
notice-personal-moved = **{ $title }** of { $from } is moved. It now begins { $to }, in { $channel }. You asked me to remind you of it.
notice-personal-again = I will do so 15 minutes before the new time.
notice-personal-cancelled = **{ $title }** of { $from } is cancelled. You asked me to remind you of it. The next dates are in /officehours.

## Discord's events

event-description = A text chat in { $channel }: ask your question there, or just read along.
event-card = **An event for office hours could not be made or deleted in Discord**: { $problem }. Reminders are not affected. I try again every hour and do not tell you twice; when the reason is put right, press **Retry**.
event-retried = { $count ->
    [one] One event is tried again now.
   *[other] { $count } events are tried again now.
}
event-retry-none = There is nothing to try again: no event for office hours is refused any more, or it is being tried right now.
event-card-foreign = **An event for office hours was changed by hand in Discord**, so I leave its time as it is: { $problem }. Members who look at the event may see another time than in /officehours.
event-not-permitted = the bot lacks the permission Create Events in this server: grant it to the bot's role
event-too-many = this server has 100 events already, which is Discord's limit: delete some that are not needed
event-malformed = Discord refused the event as malformed; the log has its answer
