# Answers that hang on a date, above the article's own text.

dated-no-such-day = **The calendar has no such day.** Please check the date and ask again with it, for example as { $example }.
dated-which-day = **Which day do you mean?** The date can be read in two ways: { $first-long } or { $second-long }.
dated-which-day-plain = Which day do you mean? The date can be read in two ways. Please ask again with it written as one of these:
    - { $first } for { $first-long }
    - { $second } for { $second-long }
dated-which-day-gone = I can't tell any more which question this is about. Please ask again with `/ask`, with the date as year-month-day (YYYY-MM-DD).
dated-between = **Community Partner Program: an event between { $first } and { $last }**
dated-between-not-open-yet = - On { $event }: not open yet; apply from { $opens } to { $closes }
dated-between-open = - On { $event }: open; apply by { $closes }
dated-between-closed = - On { $event }: closed; the last day to apply was { $closes }
dated-none-then = None is announced for { $days }.
dated-none-ahead = No next date is in the schedule, as of { $date }.
dated-next = The next one: { $session }
dated-session = { $when }
dated-session-expected = { $when }. Expected, not confirmed yet
dated-schedule = From the schedule, as of { $date }.
