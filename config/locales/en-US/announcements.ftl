## Announcements of blog posts

blog-read = Read the post
blog-new-on = New on { $feed }
blog-new-on-by = New on { $feed } by { $author }
blog-picture = Picture of the post “{ $title }”

## Cards that tell staff

card-untitled = untitled
card-trouble = **{ $headline }** in { $channel }: { $titles }
    { $problem }. { $place }Nothing is lost. When that is put right, press **Retry**. Last tried: { $tried }
card-place = (The channel is named in the configuration at { $places }.){ " " }
card-more = and { $count } more
card-retry = Retry
card-retried = **Being tried again** in { $channel }: { $titles }
card-solved = **Put right** in { $channel }: { $titles }
card-dropped = **Nothing more to do** in { $channel }, because it was taken back or its time went by: { $titles }
card-not-looked-for = An announcement that was taken back can't be looked for
card-footer = delivery { $id }
card-not-posted = An announcement could not be posted
card-waits = An announcement waits for you
card-not-edited = A posted announcement could not be brought up to date
card-not-published = A posted announcement could not be published to followers
card-no-thread = A posted announcement could not get its thread
card-not-pinned = A posted announcement could not be pinned
card-not-deleted = A posted announcement could not be deleted
card-feed-failing = **The feed { $feed } can't be read.** { $failures } polls in a row failed: { $problem }
    It is tried again, less and less often; you are told once when it works again.
card-feed-recovered = **The feed { $feed } can be read again.** Nothing that it announced in the meantime is lost.
card-feed-identities = **The feed { $feed } changed the ids or addresses of its posts.** { $count } of them were recognised by address or title, and nothing was posted again:
card-feed-flood = { $count ->
    [one] **The feed { $feed } has a new post that came with too many others**, so it was not posted:
   *[other] **The feed { $feed } has { $count } new posts at once**, more than its limit, so none was posted:
}

## Why something could not be posted

refused-permissions = the bot lacks the permission { $permissions } in this channel: grant it, then retry
refused-other-server = the channel belongs to another server: choose one of this server
refused-no-channel = the channel does not exist any more, and what was announced there can’t move: name another channel in the configuration for what comes, and post this again with /announce
refused-no-message = the message was deleted in Discord
refused-not-seen = the bot cannot see this channel: grant it View Channel, then retry
refused-not-permitted = the bot lacks a permission in this channel (View Channel, Send Messages, Embed Links): grant it, then retry
refused-malformed = Discord refused the message as malformed; the log has its answer
refused-forbidden = Discord forbids it: { $message }
refused-not-found = Discord does not find it: { $message }
refused-otherwise = Discord refused it: { $message } (HTTP { $status }, code { $code })
refused-too-many-threads = the server has as many open threads as Discord allows: close some, then retry
refused-kind = announcements go to text and announcement channels, forums and threads
refused-bound = it is a thread of a channel in which a second member of staff approves what is posted: choose the channel itself
refused-unread = Discord does not say what this channel is, and a thread of a channel that needs approval is not posted in; try again in a moment
refused-wants-tag = this forum takes no post without a tag, and posts of feeds have none: choose another channel, or ask an administrator not to require it
refused-tag-required = the forum takes no post without a tag: choose one with the announcement, or ask an administrator not to require it
refused-too-many-pinned-posts = the forum has another pinned post, and Discord allows one: unpin it, then retry
refused-too-many-posts = the forum has too many posts since then to look for this one: look yourself, then retry
refused-too-many-pins = the channel has as many pinned messages as Discord allows: unpin some, then retry
refused-json = the message can't be written as JSON ({ $problem })

## Retry

retry-done = **Tried again now.** The card in the staff channel says what came of it.
retry-gone = There is nothing to try again: it is gone.
retry-line-now = - { $title } in { $channel }: tried again
retry-line-already = - { $title } in { $channel }: it is being tried again already
retry-line-stands = - { $title } in { $channel }: it is done { $link }
retry-line-missed = - { $title } in { $channel }: its time went by, so it is not posted any more
retry-line-cancelled = - { $title } in { $channel }: it was taken back
retry-line-not-yours = - { $title } in { $channel }: this is for other staff ({ $problem })

## Why nothing is left to do

gone-taken-back = deleted here, because it was taken back
gone-post-written-in = deleted here, because it was taken back; its post stays, called “{ $title }”, because others wrote in it
gone-post-not-permitted = deleted here, because it was taken back; its post stays, called “{ $title }”, because I lack Manage Threads
post-taken-back = Taken back
gone-never-posted = it had not been posted

## /blog

blog-newest = **The newest posts**
blog-found = **Posts on “{ $query }”**
blog-none = I know no post yet. They appear here soon after they are published.
blog-not-found = I found no post on “{ $query }”. I search the titles of the posts that I have seen; try fewer or other words, or `/blog` alone for the newest.
