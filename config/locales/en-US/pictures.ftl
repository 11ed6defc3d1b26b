# Pictures of what came in, beside `/inbox stats` and the week's digest.

picture-volume = Feedback and questions by { $span }
picture-volume-note = How many came in on each programme. Each row has a scale of its own.
picture-volume-alt = Bars: how many came in on each programme, by { $span } from { $from } to { $to }. { $rows }
picture-rating = Rating by { $span }
picture-rating-note = The mean of 1 (poor) to 5 (very good). “few”: not told, because it would say what one or two members think.
picture-rating-alt = Dots on a line: the mean rating from 1 (poor) to 5 (very good) on each programme, by { $span } from { $from } to { $to }. { $rows }
picture-themes = Themes by { $span }
picture-themes-note = How many that came in have the theme. Each row has a scale of its own.
picture-themes-alt = Bars: how many that came in have each theme, by { $span } from { $from } to { $to }. { $rows }
picture-few = few
pictures-left-out = -# There would be pictures here: grant the bot { $permissions } in this channel.

## In the week's digest

digest-volume = { $count ->
        [one] **1 came in as feedback or a question to staff** ({ $before } in the week before). See `/inbox stats`.
       *[other] **{ $count } came in as feedback or questions to staff** ({ $before } in the week before). See `/inbox stats`.
    }
digest-volume-line = { $program }: { $count } ({ $before } in the week before)
