# /inbox themes: what stands out, and what happens to a whole theme.

## What stands out

terms = **What stands out from { $since } to { $until }**
    -# Words and phrases of { $now ->
        [one] 1 text
       *[other] { $now } texts
    }, against { $before } in the { $days ->
        [one] day
       *[other] { $days } days
    } before. What one text alone holds is not among them.
terms-line = **{ $number }. { $term }** · in { $now } of { $all }, before in { $before } of { $allbefore }
terms-capped = -# Only the newest { $count } texts of each period are read.
terms-none = Nothing stands out since { $since }: no word or phrase is in more than one text. Anonymous feedback is here from the next full hour on.
terms-choose = Look at one of these
terms-option = { $number }. { $term } ({ $count })
term = **“{ $term }”** is in { $now } of { $all } texts from { $since } to { $until }, and in { $before } of the { $allbefore } of the days before.
term-more = -# and { $count } more
term-name = Name a theme for these
term-gone = This does not stand out any more: what holds it was deleted, or has changed. Please use `/inbox themes` again.
term-form-title = A theme for what holds this
term-preview = **The theme “{ $theme }” for what holds “{ $term }”**
    { $count ->
        [one] 1 submission has it then.
       *[other] { $count } submissions have it then.
    } Already with it: { $had }.
term-preview-known = There is this theme already, with { $used }.
term-all = { $count ->
        [one] Give it to this one
       *[other] Give it to all { $count }
    }
term-some = Or give it only to some of these
term-changed = **Nothing was done:** what holds it has changed since you looked. This is how it is now.
term-given = { $have ->
        [one] 1 submission has
       *[other] { $have } submissions have
    } the theme “{ $theme }” now. The cards show it in a moment.
term-given-none = None of these can have the theme. Nothing was changed.
term-given-full = -# With { $max } themes already, and left as they are: { $count }
term-given-gone = -# Deleted or on conduct by now: { $count }

## A whole theme

theme-unused = Nothing has this theme.
theme-rename = Rename
theme-merge = Merge into another
theme-rename-title = Rename a theme
theme-renamed = The theme is called “{ $theme }” now. Cards show it in a moment.
theme-overtaken = **Nothing changed:** { $by } changed a theme since you looked at it. It is called “{ $theme }” now, and is used { $used } ×. Please look at it again.
theme-gone = There is no such theme any more: it was merged into another. Nothing changed.
theme-taken = There is a theme “{ $other }” already, used { $used } ×. Nothing was renamed. You can merge “{ $theme }” into it.
theme-merge-choose = Into which theme does “{ $theme }” go? Whatever has “{ $theme }” has the other one then.
theme-merge-some = Themes
theme-merge-none = There is no other theme.
theme-merge-sure = **Merge “{ $theme }” (used { $used } ×) into “{ $other }” (used { $otherused } ×)?**
    Whatever has “{ $theme }” has “{ $other }” then, replies to it count as replies to “{ $other }”, and “{ $theme }” is gone. It cannot be undone.
theme-merge-now = Merge
theme-merged = Done: “{ $theme }” is used { $used } × now. Cards show it in a moment.
