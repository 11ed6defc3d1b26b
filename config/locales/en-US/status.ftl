## /status

status-title = **How things stand**
status-version = psfbot { $version }, running since { $since }
status-gateway = Gateway: connected.
status-knowledge = Knowledge base: { $articles } articles, { $changed ->
    [one] one change
   *[other] { $changed } changes
} of staff that the files do not say.
status-knowledge-files = **Knowledge base: { $articles } articles of the files alone.** What staff changed is not loaded yet, because the database does not answer.
status-database = Database: answers.
status-no-database = **Database: does not answer.** Nothing is posted or stored until it does; questions are answered all the same. The log has the reason.
status-waits-token = **Sending pauses until { $until }: Discord does not accept my token.** Ask whoever runs me to set `DISCORD_TOKEN` to the current one. Commands that you can read this by still work.
status-waits-invalid = **Sending pauses until { $until }:** Discord turned too many of my requests away, and would shut me out if I went on. The log says which. Nothing is lost.
status-waits-all = Sending waits until { $until }, because Discord asks me to. Nothing is lost.
status-waits-followers = Publishing from { $what } to its followers waits until { $until }: Discord allows only so many an hour. The messages stand.
status-waits-route = Requests of the kind `{ $what }` wait until { $until }, because Discord asks me to.
status-queue = Announcements, reminders and cards: { $scheduled } waiting for their time, { $overdue } being sent.
status-next = Next: { $next }
status-nothing-due = nothing
status-feed-well = Feed { $feed }: read { $polled }.
status-feed-new = Feed { $feed }: not read yet.
status-feed-failing = **Feed { $feed }: { $failures } failures in a row.** { $problem }. Tried again { $next }.
status-to-approve = { $count ->
    [one] **One announcement waits for a second member of staff:** its card stands in the staff channel, and `/announce list` names it.
   *[other] **{ $count } announcements wait for a second member of staff:** their cards stand in the staff channel, and `/announce list` names them.
}
status-no-trouble = Nothing waits for you.
status-troubles = { $count ->
    [one] **One thing waits for you.** When its reason is put right, choose it below to try it again:
   *[other] **{ $count } things wait for you.** When their reasons are put right, choose them below to try them again:
}
status-trouble = - { $title } in { $channel } ({ $what }): { $problem }
status-older = - and { $count } older; they follow when these are put right
status-more = … and { $count } more lines
status-retry = Try again…
status-option = { $title } ({ $what })

## Sessions

status-session-opening = **{ $title }** is being opened in { $channel }
status-session-open = **{ $title }** is open in { $channel } until { $end }
status-session-closing = **{ $title }** is being closed in { $channel }; it ended { $end }
