# Everything about oneself: as a file, and erased.

former-staff = a former member of staff

me-export = My data as a file
me-exported = Everything that is stored about you, as JSON. What you sent anonymously is not in it: nothing leads from it to you.
me-export-receipt = As a file
me-export-too-large = That is more than Discord takes as one file. Please write to the staff of this server: they can hand it to you.

me-forget = Erase everything
me-forget-nothing = Nothing about you is stored.
me-forget-sure = **Erase everything that is stored about you?** It cannot be brought back. This goes:
me-forget-submissions = - { $count } { $count ->
        [one] submission
       *[other] submissions
    } to staff, from the database and from the staff's { $count ->
        [one] card
       *[other] cards
    }
me-forget-replies = - { $count } { $count ->
        [one] reply
       *[other] replies
    } of staff to you, also where they stand in your direct messages
me-forget-questions = - { $count } { $count ->
        [one] question
       *[other] questions
    } for office hours, with the upvotes and the direct messages about them
me-forget-reminders = - { $count } { $count ->
        [one] reminder
       *[other] reminders
    } of sessions
me-forget-votes = - { $count } of your votes on answers and questions
me-forget-drafts = - { $count } { $count ->
        [one] thing
       *[other] things
    } that you keep as staff: drafts that were not sent, and your time zone
me-forget-deeds = What you did as staff ({ $count } { $count ->
        [one] entry
       *[other] entries
    }) stays, without your id: it is what the PSF said and did.
me-forget-stays =
    -# What you sent anonymously stays: nothing shows that it is yours. Erase it with `/me receipt:`.
    -# What staff quoted in an announcement, and files that they exported before, stay too. Copies that Discord keeps are Discord's.
me-forget-now = Erase everything
me-forgotten = Erased. Cards in the staff channel and direct messages lose the text in a moment. It stays erased if the database is restored from an older backup.
me-forget-noted = It is noted and will be done as soon as the database answers again. What you send until then is erased with it.
me-forget-refused = This could not be erased: the place where erasures are noted, so that no backup brings them back, can't be written right now. Staff can see why in the log. Please try again later.

inbox-card-expired = **{ $program }**: this was kept as long as such texts are kept, and is erased.
