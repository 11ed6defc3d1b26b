# /sessions: staff change office hours.

sessions-status-expected = expected
sessions-status-scheduled = confirmed
sessions-status-moved = moved
sessions-status-cancelled = cancelled

## /sessions list

sessions-title = ## Office hours
sessions-none-configured = No office hours are configured. Add a `[[series]]` to the configuration.
sessions-series = **{ $title }**, in { $channel }
sessions-series-none = - No session is known for the next twelve months. Add one with `/sessions add`, or to the configuration.
sessions-line = - { $when }: { $status }
sessions-line-moved = - { $when }: { $status } from { $slot }
sessions-line-by = , by { $who }
sessions-dates = **Key dates**
sessions-date = - { $when }: { $title }
sessions-date-moved = - { $when }: { $title }, moved from { $planned }
sessions-date-cancelled = - { $when }: { $title }, cancelled
sessions-left-out = { $count ->
    [one] One more line has no room here.
   *[other] { $count } more lines have no room here.
}

## Before a change is made

sessions-preview-confirm = **Confirm: { $title }**, { $when }, in { $channel }
sessions-preview-add = **Add: { $title }**, { $when }, in { $channel }
sessions-preview-move = **Move: { $title }**, in { $channel }
    From { $before }
    To { $when }
sessions-preview-cancel = **Cancel: { $title }**, { $when }, in { $channel }
sessions-preview-date-move = **Move the key date: { $title }**
    From { $before }
    To { $when }
sessions-preview-date-cancel = **Cancel the key date: { $title }**, { $before }
sessions-read-in = That is { $wall }.
sessions-follows = What follows from it:
sessions-follows-members = { $count ->
    [0] No member asked to be reminded of it
    [one] One member asked to be reminded of it and is told by direct message
   *[other] { $count } members asked to be reminded of it and are told by direct message
}
sessions-follows-posted = { $count ->
    [0] No reminder of it stands in a channel
    [one] One reminder that stands in the channel is edited to say so
   *[other] { $count } reminders that stand in the channel are edited to say so
}
sessions-follows-waiting = { $count ->
    [0] No reminder waits for its time
    [one] One reminder that waits for its time is not posted
   *[other] { $count } reminders that wait for their time are not posted
}
sessions-follows-reminders = { $count ->
    [0] No reminder is to come for this time
    [one] One reminder is posted before it begins
   *[other] { $count } reminders are posted before it begins
}
sessions-follows-event-goes = Discord's event of it is deleted
sessions-follows-event-moves = Discord's event of it is moved; whoever is interested in it stays so
sessions-follows-event-none = Discord has no event of it
sessions-follows-event-made = Discord gets an event of it
sessions-follows-event-later = Discord gets an event of it when it is nearer
sessions-follows-sure = It counts as confirmed from then on
sessions-not-yet = Nothing is changed until you press the button.
sessions-button-confirm = Confirm this session
sessions-button-add = Add this session
sessions-button-move = Move this session
sessions-button-cancel = Cancel this session
sessions-button-date-move = Move this key date
sessions-button-date-cancel = Cancel this key date

## When it is made

sessions-made-confirm = **Confirmed: { $title }**, { $when }, in { $channel }.
sessions-made-add = **Added: { $title }**, { $when }, in { $channel }.
sessions-made-move = **Moved: { $title }**, from { $before } to { $when }, in { $channel }.
sessions-made-cancel = **Cancelled: { $title }**, { $when }, in { $channel }.
sessions-made-date-move = **Moved: { $title }**
    From { $before }
    To { $when }
sessions-made-date-cancel = **Cancelled: { $title }**, { $before }. To bring it back, use `/sessions move` with a time.
sessions-made-soon-date = Reminders and messages follow within a minute; `/dates` and the calendars say so too.
sessions-made-soon = Reminders, messages and Discord's event follow within a minute.

## When it can't be made

sessions-unknown = I know no session “{ $typed }”. Please choose one of the list that Discord offers while you type.
sessions-unknown-series = I know no office hours “{ $typed }”. Please choose from the list that Discord offers while you type.
sessions-no-series-any-more = These office hours are not configured any more, so nothing was changed.
sessions-not-there = There is no such session any more, so nothing was changed. `/sessions list` shows those that there are.
sessions-done-already = That is done already; nothing was changed a second time.
sessions-overtaken = **{ $title } was changed in the meantime, so nothing was done.** { $who } made it: { $status }, { $when }. Use the command again if it is still to be changed.
sessions-cancelled-before = This session is cancelled. To hold it after all, add one at its time with `/sessions add`.
sessions-begun = This began { $when }, so it can't be changed any more.
sessions-is-open = Members can write in this session's channel right now, so nothing was changed. Use `/sessions close` first.
sessions-is-sure = This session is confirmed already; nothing was changed.
sessions-past = { $when } has gone by, so nothing was changed. Name a time that is still to come.
sessions-add-expected = A session is expected for { $when }. Use `/sessions confirm` for it.
sessions-add-there = There is a session of these office hours already at { $when }, so nothing was changed.
sessions-add-moved-away = The session of { $when } was moved and now begins { $now }. Move that one back, or choose a time a minute apart.
sessions-move-same = The session begins { $when } already; nothing was changed.
