# What staff read when an announcement waits for a second member of staff.

approval-card = **To approve:** { $by } asks a second member of staff about an announcement. Below the line is exactly what will be posted.
    - Channels: { $channels }
    - Ping: { $ping }
    - Time: { $time }
    - Followers: { $followers }
approval-tags = - Tags of its posts: { $tags }
approval-card-correction = **To approve:** { $by } asks a second member of staff about another wording for what is posted in { $channels }. Nobody is pinged again. Below the line is the new wording; until it is approved, the old one stays.
approval-who = Who wrote it, worded it or changed it last can't approve it. Any change to it asks anew.
approval-time-now = as soon as it is approved
approval-late = **Its time went by while it waited, so it is not sent by itself.** Say when: now, or at another time.
approval-yes = Approve
approval-now = Approve and send now
approval-time = Approve for another time
approval-back = Send back
approval-waits = **{ $title }** waits for a second member of staff.
approval-approved = **Approved:** { $title }, by { $by }, { $when }. Asked by { $asker }.
approval-returned = **Sent back:** { $title }, by { $by }, { $when }. It is a draft again; nothing was posted.
approval-returned-correction = **Sent back:** the new wording for { $title }, by { $by }, { $when }. What is posted stays as it is.
approval-void = **Nothing to approve any more:** { $title } was changed or taken back by { $by }, { $when }. If it still needs approval, a newer card asks for it.
approval-missed = **Nothing to approve any more:** the time until which { $title } was to be sent went by, { $when }. Nothing was posted.
approval-reason = Why: { $reason }
approval-told = { $to }, **your announcement { $title } was sent back** by { $by }. Nothing was posted. `/announce drafts` opens it; press Send now or Schedule again when it is ready.
approval-told-correction = { $to }, **your new wording for { $title } was sent back** by { $by }. What is posted stays as it is. `/announce edit` opens it again as you wrote it.
approval-told-missed = { $to }, **your announcement { $title } was not posted:** the time until which it was to be sent went by before a second member of staff approved it. To send it all the same, use it as a template in `/announce list`.

approval-needed = - Approval: a second member of staff is asked before it is posted
approval-asked = **It waits for a second member of staff,** who is asked in the staff channel. Nothing is posted before. Channels: { $channels }. Ping: { $ping }. Time: { $time }.
    `/announce edit` changes it (and asks anew), `/announce cancel` takes it back.
approval-asked-correction = **The new wording waits for a second member of staff,** who is asked in the staff channel. Until then what is posted stays as it is.
approval-own = **You can't approve this yourself,** because you wrote it, worded it, changed it last or asked for it. Nothing was done. Another member of staff can; or its author, by rewording it, makes it his own again.
approval-done = **Approved.** It is posted in a moment in { $channels }.
approval-done-later = **Approved.** It is posted in { $channels } on { $time }.
approval-done-correction = **Approved.** What is posted is edited in a moment.
approval-sent-back = **Sent back.** Its author is told in the staff channel.
approval-overtaken = **Nothing was done:** this is not waiting any more, or not as this card shows it.
approval-gone = I don't find this announcement any more. Nothing was done.
approval-say-when = **Nothing was done yet: its time went by while it waited** ({ $time }). When is it to be sent?
approval-expired = **Nothing was done:** it was to be sent until { $time } at the latest. Send it before then; after that its author can use it as a template in `/announce list`.
approval-form-time = When should it be posted?
approval-form-back = Send it back
approval-form-reason = Why? Its author reads it (optional)
approval-confirm-time = **Please check the time, then approve.** It would be posted in { $channels } on { $time }.
approval-confirm-time-choose = **The clocks change then. Which one do you mean?** It would be posted in { $channels } on
    1. { $first }
    2. { $second }
approval-past = **Please check:** by { $time } this date in it is past: “{ $dates }”. If it is not meant, send it back.
approval-at = Approve for { $time }
approval-new-time-first = **Nothing was changed:** without the channel that needs approval it would be posted at once, because its time went by. Choose a new time first.
approval-feed-staff = **Nothing was done:** posts for this channel are approved by staff who write announcements.
approval-feed-own = **Nothing was done:** you wrote this wording yourself, so another member of staff has to publish it.

announce-expiry = - Not sent any more after: { $time }
announce-untouched = { $to }, **your draft { $title } will be dropped** on { $when }, because nobody touched it since { $since }. To keep it, open it with `/announce drafts` and press Edit, or send it.
