language-name = Español
direction = ltr

day = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }
moment = { $day } a las { $hour }:{ $minute }
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
decimal-mark = ,
digit-group = { "\u00A0" }

limit-attachments = como máximo { $n } documentos
limit-days = como máximo { $n } días
limit-days-after-start = como máximo { $n } días, y el último debe ser posterior al primero
limit-downloads = como máximo { $n } descargas, y al menos 1
limit-extra-downloads = como máximo { $n } descargas adicionales
limit-links = como máximo { $n } enlaces
limit-note-bytes = como máximo { $n } caracteres de texto, donde las letras acentuadas y los símbolos cuentan como dos a cuatro
limit-versions = como máximo { $n } versiones
invalid-input = { $field }: { $fault }. { $remedy }.
