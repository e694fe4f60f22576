# Le nom de cette langue pour ceux qui la lisent, et son sens : ltr (de gauche à droite) ou rtl.
language-name = Français
direction = ltr

# Jours, heures, tailles et nombres. Ils ne sont jamais coupés en fin de ligne.
day = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
moment = { $day } à { $hour } h { $minute }
span = { $hours ->
    [0] { $minutes } min
   *[other] { $minutes ->
        [0] { $hours } h
       *[other] { $hours } h { $minutes } min
    }
}
size-bytes = { $n ->
    [one] { $n } octet
   *[other] { $n } octets
}
size-kilobytes = { $number } ko
size-megabytes = { $number } Mo
size-gigabytes = { $number } Go
# Entre les chiffres d’une fraction, et entre les groupes de trois chiffres d’un grand nombre.
decimal-mark = ,
digit-group = { "\u00A0" }
