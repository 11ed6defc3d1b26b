# What staff read when they write announcements.

announce-form = Write an announcement
announce-form-cut = Write an announcement (the text was cut)
announce-form-again = Correct it (as you typed it last)
announce-form-title = Title
announce-form-text = Text
announce-form-text-hint = Discord's Markdown works: **bold**, [name](https://…), - lists. Mentions in it ping nobody.
announce-form-link = Link to more (optional)
announce-form-image = Address of a picture (optional)
announce-form-image-alt = What the picture shows, in words
announce-form-schedule = When should it be posted?
announce-form-time = Day and time, or how long from now
announce-form-time-hint = 2027-03-01 14:00, tomorrow at 9:00, monday 14:00, in 2 hours
announce-form-until = Not after (optional)
announce-form-until-hint = 2026-12-01 18:00: what is not posted by then is not posted at all
announce-form-zone = Your time zone (remembered)
announce-form-zone-hint = America/New_York, Europe/Berlin, UTC

announce-words = **Draft { $number }, only you see this.** Nothing is posted yet. { $where }
    - Channels: { $channels }
    - Ping: { $ping }
    - Time: { $time }
    - Followers: { $followers }
announce-words-scheduled = **Announcement { $number } is scheduled.** Every change below counts at once. { $where }
    - Channels: { $channels }
    - Ping: { $ping }
    - Time: { $time }
    - Followers: { $followers }
announce-words-waiting = **Announcement { $number } waits for a second member of staff.** Every change below counts at once and asks anew. { $where }
    - Channels: { $channels }
    - Ping: { $ping }
    - Time: { $time }
    - Followers: { $followers }
announce-contact = Contact
announce-contact-nobody = Nobody: name no contact
announce-contact-hint = - Contact: nobody. `/announce drafts` with its option `contact` names one.
announce-contact-hint-edit = - Contact: nobody. `/announce edit` with its option `contact` names one.
announce-contact-unknown = **There is no such contact.** Choose one of these: { $contacts }; or `nobody`.
announce-contact-none = **There is no contact to choose.** The configuration names them under `announce.contacts`.
announce-below = Below the line is what will be posted.
announce-above = Above this frame is what will be posted.
announce-altered = **Changed.** This is how it stands now:
announce-time-warned = **Nothing was changed yet.** At { $time } this is to be confirmed:
    { $warnings }
announce-begun = **Nothing was changed:** it is being posted, or is posted already. `/announce edit` corrects its wording.
announce-was-dropped = **This draft was dropped,** because nobody touched it for long; its author was told before. Nothing was posted.
announce-end-before-time = **Nothing was changed:** it would not be sent any more after { $end }, and its time is { $time }. Choose an end after the time, or leave it out.
announce-no-channel = none chosen yet
announce-ping-nobody = nobody
announce-time-now = when you press Send now
announce-time-planned = { $time }, once you press Confirm
announce-followers-yes = in announcement channels it is also published to the servers that follow them
announce-followers-no = not published to other servers
announce-thread-yes = - Thread: one is opened below it, named after the title
announce-pin-yes = - Pin: it is pinned in its channels
announce-in-forum = - In { $channel }: a post of its own, titled “{ $title }”
announce-in-forum-tagged = - In { $channel }: a post of its own, titled “{ $title }”, with { $tags }
announce-in-thread = - In { $channel }: a message in that thread
announce-untitled = (no title)

announce-choose-channels = Choose the channels
announce-choose-ping = Choose who is pinged
announce-choose-tags = Choose the tags of its post
announce-choose-tag = { $tag } in { $forum }
announce-choose-nobody = Ping nobody
announce-choose-role = Ping { $role }
announce-send = Send now
announce-schedule = Schedule
announce-confirm = Confirm
announce-change-time = Change time
announce-edit = Edit
announce-discard = Discard
announce-cancel = Cancel it
announce-money-sure = It is for us, and I have read the warnings
announce-money = It is for us
announce-followers-on = Publish to followers
announce-followers-off = Do not publish to followers
announce-thread-on = Open a thread
announce-thread-off = No thread
announce-pin-on = Pin it
announce-pin-off = Do not pin it

announce-obstacle-title = **To do:** it needs a title. Press Edit.
announce-obstacle-text = **To do:** it needs a text. Press Edit.
announce-obstacle-long = **To do:** it is { $over } characters too long for one message and is shown cut after “…{ $ends }”. Press Edit to shorten it.
announce-obstacle-link = **To do:** the link is not a web address. Press Edit; write it like `https://www.python.org/psf/`.
announce-obstacle-image = **To do:** the address of the picture is not a web address. Press Edit; write it like `https://www.python.org/picture.png`.
announce-obstacle-image-alt = **To do:** say what the picture shows, for those who can't see it. Press Edit.
announce-obstacle-money = **To do:** this asks for money: “{ $asks }”. The PSF cannot raise funds for other organisations. If it is for the PSF or one of its fiscal sponsorees, press “It is for us”; otherwise press Edit and take it out.
announce-obstacle-channel = **To do:** choose at least one channel.
announce-obstacle-tag = **To do:** { $channel } takes no post without a tag. Choose one below.
announce-obstacle-contact = **To do:** the contact that it names is not in the configuration any more. Choose another one, or `nobody`, with `/announce drafts` and its option `contact`; where it is scheduled, with `/announce edit`.
announce-obstacle-ping = **To do:** the role that you chose may not be pinged any more. Choose another one, or nobody.

announce-warning-past = **Please check:** by the time it is sent, this date is past: “{ $dates }”. Is the year right? If it is meant, press “I have read the warnings”.
announce-warning-everyone = **Please check:** it pings @everyone: every member of the server who sees one of its channels. If it is meant, press “I have read the warnings”.
announce-everyone-unsent = **Nothing was changed.** Pinging @everyone is confirmed before an announcement is handed over: cancel this one, use it as a template in `/announce list`, and choose @everyone there.
announce-warning-dead = **Please check:** the link leads nowhere: { $address } ({ $problem }). If it is meant, press “I have read the warnings”.
announce-warning-alike = **Please check:** it is much like “{ $title }”, { $time }. Is it announced already? If it is meant, press “I have read the warnings”.
announce-link-unknown = A link could not be checked: { $address } ({ $problem }). Nothing needs to be done if you know that it works.
announce-link-not-public = nobody is known under this name on the public internet
announce-link-asking = The links are being checked; when you press Send now or Confirm, I say which lead nowhere.
announce-sure = I have read the warnings
announce-other-warnings = **Nothing was confirmed, because something else was found meanwhile.** Please read it:

announce-channel-lacks = **{ $channel } was not taken.** I lack permissions there: { $permissions }. Ask an administrator to grant them, then choose it again.
announce-channel-kind = **{ $channel } was not taken.** Announcements go to text and announcement channels, forums and threads.
announce-channel-bound = **{ $channel } can't be chosen:** it is a thread of a channel in which a second member of staff approves announcements. Choose the channel itself.
announce-channel-untagged = **{ $channel } was not taken.** It takes no post without a tag, and there is none that I may give. Ask an administrator to add one, or not to require it.
announce-tags-too-many = A post can have at most { $most } tags, and more were chosen for { $channel }. Nothing was changed.
announce-tags-unknown = One of these tags does not exist any more. Nothing was changed; these are the ones that there are now:
announce-channel-refused = **{ $channel } was not taken:** { $problem }.
announce-channel-unknown = I could not check { $channel } just now, because Discord did not answer. If I can't post there, I tell you in the staff channel.
announce-channel-silent = **In { $channel } the ping will reach nobody:** I lack the permission “Mention @everyone, @here, and All Roles” there.
announce-channel-lacks-after = **In { $channel } not everything can be done:** I lack { $permissions } there. Ask an administrator to grant it; the announcement is posted all the same.
announce-ping-refused = That role is not among those that an announcement may ping. Nothing was changed.
announce-ping-gone = **The role that you chose does not exist any more,** so nobody will be pinged.

announce-was-cut = **Please read how it ends:** the message that you began with has { $length } characters, and the form takes { $most }, so its end was cut off.
announce-overtaken = **This draft was changed in the meantime, so nothing was done.** This is how it stands now:
announce-not-altered = **Nothing was changed.** Put this right first:
    { $obstacles }
announce-correction-waits = **Nothing was changed:** another wording, which { $by } asked about, waits for a second member of staff. Approve it or send it back on its card in the staff channel; after that `/announce edit` takes yours.
announce-not-asked-yet = **Nothing was done yet,** because the links are still being checked. Press it again in a moment.
announce-links-unlooked = There are so many links that { $count } of them are not checked.
announce-obstacle-unread = **Wait a moment:** Discord does not say what { $channel } is, and a thread of a channel that needs approval is not posted in. Press it again.
announce-was-due = **Its time has come:** it was scheduled for { $time } in { $channels }. `/announce list` shows how it stands, `/announce edit` corrects it, `/announce cancel` takes it back.
announce-cancel-posted = **Nothing was done yet.** It was posted meanwhile. Is what stands to be deleted, and the rest not to be posted?
announce-cancel-sure = Delete it
announce-not-ready = **Nothing was done,** because something is still missing:
announce-not-yours = Only { $author } can change this draft. Nothing was changed.
announce-draft-unknown = I don't find that draft among yours. Choose one from the list that appears while you type.
announce-unknown = I don't find that announcement. Choose one from the list that appears while you type.
announce-not-stored = I could not store what you wrote. Nothing was changed. Here is your text back; please try again in a few minutes.

announce-sent = **On its way** to { $channels }. Ping: { $ping }. `/announce list` shows how it stands, and `/announce edit` corrects it.
announce-scheduled = **Scheduled** for { $time } in { $channels }. Ping: { $ping }.
    `/announce list` shows what is scheduled; until then `/announce edit` corrects it and `/announce cancel` takes it back.
announce-discarded = **Discarded.** Nothing was posted.
announce-was-cancelled = **This announcement was cancelled.** `/announce list` shows how it stands.

announce-time-check = **Please check the time, then press Confirm.**
announce-time-twice = **The clocks are put back then, and show this time twice.** Which one do you mean?
    1. { $first }
    2. { $second }
announce-time-skipped = **The clocks are put forward then, and skip this time.** Which one do you mean?
    1. { $first }
    2. { $second }
announce-time-refused = **I can't use the time “{ $typed }”:** { $why }
    Nothing was changed. You can write, for example:
    - `2027-03-01 14:00` or `2027-03-01 2:00 pm` in your zone
    - `2027-03-01T14:00Z` in UTC
    - `tomorrow 9:00`, `in 2 hours`, `in 3 days`
announce-time-unreadable = I don't understand it.
announce-time-no-such-day = the calendar has no such day.
announce-time-past = { $time } has gone by. Nothing is scheduled.
announce-time-far = { $time } is more than a year ahead. Is the year right?
announce-zone-unknown = **I don't know the time zone “{ $typed }”.** { $suggestion }Nothing was changed. Write the zone as continent and city, for example `America/New_York`, `Europe/Berlin`, `Asia/Kolkata`, or `UTC`. Abbreviations like EST do not say which place's changes of the clock apply.
announce-zone-suggestion = Do you mean { $zones }?{ " " }

announce-corrected = **Corrected.** What is posted already is edited in a moment; what is still to come says it from the start. Channels, ping and time stay as they were. It now looks like this:
announce-correction-overtaken = Somebody else corrected or cancelled this announcement in the meantime, so nothing was changed. Here is your text back; use `/announce edit` again.
announce-correction-refused = **Nothing was changed.** Your text is in the file below. `/announce edit`, or the button below where there is one, opens the form again as you typed it.
    { $obstacles }

announce-list-trouble = **Needs you**
announce-list-open = **Scheduled and on its way**
announce-list-drafts = **Your drafts** (`/announce drafts` opens one)
announce-list-done = **Posted or cancelled in the last seven days**
announce-list-line = - **{ $title }**, { $time }, by { $author }: { $channels }
announce-list-page = Page { $page } of { $pages }
announce-list-none = Nothing like that is in the list. `/announce list` without a choice shows all of it.
announce-earlier = Previous
announce-later = Next
announce-copy = Use as a template
announce-copy-choose = Use one of these as a template
announce-copied = **A new draft, as a copy.** Its time is not copied, and nothing is sent.
announce-list-empty = There are no drafts of yours, nothing is scheduled, and nothing was posted in the last seven days. `/announce compose` writes an announcement.
announce-standing-pending = { $channel } waits for its time
announce-standing-retried = { $channel } is tried again ({ $problem })
announce-standing-sending = { $channel } is being posted right now
announce-standing-withdrawn = { $channel } is cancelled; an attempt to post was under way, so I look whether it was posted, and will not post it again
announce-standing-delivered = { $channel } posted: { $link }
announce-standing-held = { $channel } is held: { $problem }
announce-standing-unapproved = { $channel } waits for a second member of staff
announce-standing-failed = { $channel } failed: { $problem }
announce-standing-missed = { $channel } was missed: its time went by before it could be posted
announce-standing-cancelled = { $channel } cancelled, not posted
announce-standing-deleting = { $channel } was posted and is being deleted: { $link }
announce-standing-deleted-so = { $channel } was posted; { $problem }
announce-standing-deleted = { $channel } was posted and is deleted
announce-standing-not-deleted = { $channel } could not be deleted ({ $problem }): { $link }
announce-standing-removed = { $channel } was posted, and somebody deleted the message in Discord
announce-standing-unfinished = { $channel } posted, but not everything was done ({ $problem }): { $link }
announce-posted-choice = posted: { $name }
announce-no-reason = no reason is known

announce-retried = **Tried again now** in { $channels }. `/announce list` shows how it stands.
announce-nothing-to-retry = There is nothing to try again: I don't find an announcement of that name that failed or is held.

announce-cancelled = **Cancelled:** { $title }, which was due on { $time }. Nothing was posted.
announce-taken-back = **Taken back:** { $title }, which was due on { $time }. What is posted is deleted in a moment; threads below it stay.

announce-newer = Newer
announce-older = Older
announce-history = **History of { $title }** by { $author }, the latest first
announce-history-none = Nothing is recorded: it is older than the history.
announce-history-itself = psfbot
announce-history-deliveries = **In the channels**
announce-history-change = { $before } → { $after }
announce-history-nothing = nothing
announce-history-on = on
announce-history-off = off
announce-history-money = whom it asks for money for
announce-history-past = a date in the past
announce-history-dead = a link that leads nowhere
announce-history-everyone = that it pings @everyone
announce-history-alike = much like another announcement
announce-history-posted = - { $channel }: posted { $at }, { $link }
announce-history-removed = deleted, known since { $at }
announce-history-held = - { $channel }: held
announce-history-pending = - { $channel }: not posted yet
announce-history-failed = - { $channel }: failed
announce-history-missed = - { $channel }: missed, its time went by
announce-history-cancelled = - { $channel }: cancelled, not posted
announce-deed-written = { $at }, { $by } **began it**
announce-deed-copied = { $at }, { $by } **copied it** from draft
announce-deed-reworded = { $at }, { $by } **changed the wording**
announce-deed-channels = { $at }, { $by } **changed the channels**
announce-deed-ping = { $at }, { $by } **changed the ping**
announce-deed-followers = { $at }, { $by } **switched publishing to followers**
announce-deed-thread = { $at }, { $by } **switched the thread**
announce-deed-pin = { $at }, { $by } **switched the pin**
announce-deed-tags = { $at }, { $by } **changed the tags**
announce-deed-time = { $at }, { $by } **changed the time**
announce-deed-expiry = { $at }, { $by } **changed until when it is sent**
announce-deed-confirmed = { $at }, { $by } **confirmed**
announce-deed-sent = { $at }, { $by } **pressed Send now**
announce-deed-scheduled = { $at }, { $by } **scheduled it** for
announce-deed-asked = { $at }, { $by } **asked for approval**
announce-deed-approved = { $at }, { $by } **approved it**
announce-deed-returned = { $at }, { $by } **sent it back**
announce-deed-void = { $at }, { $by } **made the earlier question for approval void**
announce-deed-corrected = { $at }, { $by } **corrected it**
announce-deed-cancelled = { $at }, { $by } **took it back**
announce-deed-retried = { $at }, { $by } **tried again** in
announce-deed-discarded = { $at }, { $by } **discarded it**
announce-deed-warned = { $at }, { $by } **told its author that it will be dropped**
announce-deed-dropped = { $at }, { $by } **dropped it**
announce-deed-missed = { $at }, { $by } **gave it up,** because its time went by while it waited

announce-panel-approval = In { $channel } nothing is announced without a second member of staff, so I put no panel there. Choose another channel, or take it out of `announce.approval`.
announce-panel-new = **The panel for { $channel }**, only you see this. Nothing is posted yet. This is how it will look; its buttons work already.
announce-panel-stands = **{ $channel } has a panel.** This is how a new one will look; its buttons work already. To replace the one that stands, or to bring back one that somebody deleted by hand, press “Replace it”.
announce-panel-post = Post it
announce-panel-replace = Replace it
announce-panel-remove = Remove it
announce-panel-posted = **On its way** to { $channel }. Nobody is pinged. To replace or remove it later, use `/announce panel` again.
announce-panel-removed = The panel in { $channel } is removed.
announce-panel-overtaken = The panel in { $channel } was changed since this was shown to you. Use `/announce panel` again to see how it stands.
