## Cards about posts

feeds-card-waits = **A new post of the feed { $feed } waits for you.** It is posted when somebody publishes it; it would look like this:
feeds-card-gone = **The feed does not have it any more.** It may have been withdrawn.
feeds-card-rewritten = Its words were changed here; if the feed changes them as well, these stay.
feeds-card-choose = **What shall be done?** { $count ->
    [one] *Treat as known* never posts it. *Post newest* and *Post all* both post it now.
   *[other] *Treat as known* posts none of them, now or later. *Post newest* posts the first of this list and never the others. *Post all* posts every one, the oldest first.
}
feeds-card-choose-moved = **There is most likely nothing to do:** *Treat as known* closes this card. *Post newest* and *Post all* would post these again.
feeds-card-moved-new = **The feed { $feed } changed the ids or addresses of its posts.** { $count } of them were recognised by address or title, and nothing was posted again. { $new ->
    [one] One was not recognised: it may be new, or an old one under another title. It waits for you:
   *[other] { $new } were not recognised: they may be new, or old ones under other titles. They wait for you:
}
feeds-card-redirected-config = **The feed { $feed } has moved for good,** says its server. It is read at { $url } from now on. Please put that address into the configuration.
feeds-card-redirected-staff = **The feed { $feed } has moved for good,** says its server. It is read at { $url } from now on; there is nothing to do.
feeds-publish = Publish
feeds-edit = Edit
feeds-skip = Skip
feeds-known = Treat as known
feeds-newest = Post newest
feeds-all = Post all
feeds-settled-published = **Published** by { $by }, { $when }.
feeds-settled-skipped = **Skipped** by { $by }, { $when }: it is not posted.
feeds-settled-known = **Treated as known** by { $by }, { $when }: none was posted.
feeds-settled-newest = **Only the newest is posted,** chosen by { $by }, { $when }.
feeds-settled-all = **All are posted,** chosen by { $by }, { $when }.
feeds-published = It is published now; the card says so.
feeds-skipped = It is skipped: it will not be posted.
feeds-done-known = They are treated as known: none of them will be posted.
feeds-done-newest = The newest is posted now; the others will not be.
feeds-done-all = All of them are posted now, the oldest first.
feeds-was-first = **Somebody was faster, so nothing was done.** { $what }
feeds-question-changed = **It was changed in the meantime, so nothing was done.** Look at the card again: it shows how it is now.
feeds-question-gone = There is no such question any more. Nothing was done.
feeds-not-read-any-more = The feed { $feed } is not read any more, so nothing of it can be posted. Add it again first, or skip.
feeds-form = Change a post's words
feeds-form-title = Title
feeds-form-summary = Summary
feeds-reworded = The words are changed. The card shows them; nothing is posted before somebody publishes it.
feeds-reword-overtaken = The post was changed, published or skipped in the meantime, so your words were not taken. Here they are; look at the card again.
feeds-not-stored = I could not store what you wrote. Nothing was changed. Here is your text back; please try again in a few minutes.

## /feeds list

feeds-none = No feed is read. Add one with `/feeds add`.
feeds-list = **The feeds that are read**
feeds-line = **{ $feed }** ({ $title }), { $origin }, into { $channels }
feeds-origin-config = from the configuration
feeds-origin-staff = added here
feeds-origin-both = added here, but the configuration names it too and wins
feeds-untitled = no title yet
feeds-well = - Works: { $known ->
    [one] one post known
   *[other] { $known } posts known
}, last read { $polled }.
feeds-new = - Not read yet; it is read in a moment.
feeds-failing = - **Fails**, { $failures ->
    [one] once so far
   *[other] { $failures } times in a row
}: { $problem }. Next try { $next }.
feeds-paused = - **Paused** by { $by } since { $since }. `/feeds resume` goes on.
feeds-moved-to = - Its address has moved for good: it is read at { $url }.
feeds-approves = - Each post waits in the staff channel until somebody publishes it.
feeds-waiting = { $count ->
    [one] - **One question about its posts is open** in the staff channel.
   *[other] - **{ $count } questions about its posts are open** in the staff channel.
}
feeds-and-more = { $count ->
    [one] … and one more
   *[other] … and { $count } more
}

## /feeds add

feeds-add-words = It will be read every { $minutes } minutes as **{ $feed }** and announced in { $channels }.
feeds-add-categories = - Only posts in these categories: { $categories }.
feeds-add-ping = - Each announcement pings { $role }.
feeds-add-latest = - Its newest post is announced at once; what else it has counts as known.
feeds-add-silent = - Nothing that it has now is posted, only what is published from now on.
feeds-add-looks = **Its newest post would look like this:**
feeds-add-replaces = **There is a feed { $feed } already:** these settings replace its own. What is known of it stays known.
feeds-add-empty = It has no posts yet; the first one will be announced.
feeds-add-no-category = **None of its posts now is in one of these categories.** Are they spelled as the feed spells them?
feeds-add-lacks = **In { $channel } I lack permissions:** { $permissions }. Ask an administrator to grant them.
feeds-add-channel = Nothing can be announced there: { $problem }.
feeds-add-known = That address is read already, as **{ $feed }**; nothing was changed. To change a feed that was added here, use its own key.
feeds-add-configured = The key **{ $feed }** stands in the configuration, which wins. Choose another key, or change the configuration.
feeds-add-bad-key = A key is 1 to 32 of a-z, 0-9 and -, such as `psf-blog`.
feeds-add-bad-url = That is no address. Write it in full, such as `https://example.org/feed.xml`.
feeds-add-bad-colour = Write the colour as `#rrggbb`, such as `#306998`.
feeds-keep = Keep
feeds-discard = Discard
feeds-kept = **The feed { $feed } is read from now on.** `/feeds list` shows how it is doing.
feeds-discarded = Discarded; nothing was changed.
feeds-proposal-gone = That was given up, replaced or is too old. Use `/feeds add` again.
feeds-not-yours = Only who used `/feeds add` can keep or discard this. Nothing was changed.

## /feeds remove, pause, resume

feeds-removed = **The feed { $feed } is not read any more.** What is known of it stays known: if it is added again under this key, nothing is posted twice.
feeds-removed-config-wins = What was added here about **{ $feed }** is taken away. The feed is still read, because the configuration names it; pause it, or take it out of there.
feeds-remove-configured = The feed **{ $feed }** stands in the configuration: take it out of there, or stop it for now with `/feeds pause`.
feeds-pause = **The feed { $feed } is paused.** Nothing of it is read or posted until `/feeds resume`.
feeds-pause-already = The feed { $feed } was paused already.
feeds-resume = **The feed { $feed } is read again.** What was published in the meantime is announced now; many posts at once ask you first.
feeds-resume-already = The feed { $feed } is not paused.
feeds-unknown = I read no feed “{ $feed }”. Choose one from the list that appears while you type.
feeds-unknown-empty = Choose a feed from the list that appears while you type.

## /feeds preview

feeds-preview = **{ $title }** ({ $format }).
feeds-preview-count = { $count ->
    [0] It has no posts.
    [one] It has one post.
   *[other] It has { $count } posts.
}
feeds-not-read = It can't be read: { $problem }.
feeds-not-modified = The server says that nothing has changed, but was not asked. Try again.
feeds-verdict-new = new, would be posted
feeds-verdict-waits = new, would wait for approval
feeds-verdict-asked = new, but would not be posted before you say so (too many at once, or the feed is moving)
feeds-verdict-edited = posted already; its message would be brought up to date
feeds-verdict-announced = posted already
feeds-verdict-waiting = waits on a card in the staff channel until you decide
feeds-verdict-known = known, was not posted and will not be
feeds-verdict-other-name = known under another id or address, not posted again
feeds-verdict-other-category = not posted: in none of the feed's categories
feeds-verdict-first-reading = not posted: what a feed has when it is first read only counts as known
feeds-verdict-repeated = not posted: the feed has it more than once
feeds-card-changed = **A post of the feed { $feed } was changed after it was approved:** { $title } { $url }. What is posted stays as it was approved. If members must read the change, write it with `/announce compose`, and delete the old message in Discord.
