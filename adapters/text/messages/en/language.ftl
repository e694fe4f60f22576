# The language’s own name for itself, and its direction: ltr (left to right) or rtl.
language-name = English
direction = ltr

# Days, times, sizes and numbers. They are never broken at the end of a line.
day = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $day }, { $year }
moment = { $day }, { $hour }:{ $minute }
span = { $hours ->
    [0] { $minutes } min
   *[other] { $minutes ->
        [0] { $hours } h
       *[other] { $hours } h { $minutes } min
    }
}
size-bytes = { $n ->
    [one] { $n } byte
   *[other] { $n } bytes
}
size-kilobytes = { $number } kB
size-megabytes = { $number } MB
size-gigabytes = { $number } GB
# Between the digits of a fraction, and between every three digits of a large number.
decimal-mark = .
digit-group = ,
