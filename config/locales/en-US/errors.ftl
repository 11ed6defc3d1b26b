## Errors

error-reference = Something went wrong, and it is not your fault. Nothing that you sent was stored. Please try again in a minute; if it happens again, tell the staff this reference: `{ $reference }`
error-answer-refused = I did what you asked, but Discord does not take my answer. Before you do it again, look whether it is there already. Please tell the staff this reference: `{ $reference }`
error-stale-button = This button is from an older version of me. Please use the command again.
error-wrong-guild = I only work on the PSF's own server.
error-staff-only = This is for staff of the PSF, and you do not have a role for it here. If you should, ask an administrator of this server.
error-form-late = I could not open the form in time. Please try again in a moment.
error-database-away = My database does not answer at the moment, so I can't do this now. Nothing that you sent was stored. Please try again in a few minutes. Reference for staff: `{ $reference }`

## What is cut to Discord's limits

cut-content = Cut: the text has { $length } characters, more than Discord takes. It ends after { $kept }, at “…{ $ends }”.
cut-title = Cut: the title has { $length } characters, more than can be shown. It ends after { $kept }, at “…{ $ends }”.
cut-description = Cut: the framed text has { $length } characters, more than Discord takes. It ends after { $kept }, at “…{ $ends }”.
cut-author = Cut: the author's name has { $length } characters, more than Discord takes. It ends after { $kept }, at “…{ $ends }”.
cut-footer = Cut: the small print has { $length } characters, more than Discord takes. It ends after { $kept }, at “…{ $ends }”.
