"""What stands in the sample book: Port Ellery, its lamps and its people are invented."""

from __future__ import annotations

TITLE = "The Lamplighter’s Handbook"
SUBTITLE = "A guide to the street lamps of Port Ellery"
IMPRINT = "Fourth edition, 2019\nThe Lamp Society of Port Ellery"
DISCLAIMER = "Port Ellery, its lamps and its people are invented. This book comes with Paperlamp."
CHAPTERS = (
    ("1", "The town and its light", "1"),
    ("2", "The lamplighter’s round", "2"),
    ("3", "The lamps by district", "3"),
    ("4", "Seven lamps worth a walk", "4"),
    ("5", "A night report of 1899", "5"),
    ("6", "Words of the trade", "6"),
)
PREFACE = (
    "This handbook was first printed in 1931, for the apprentices of the Lamp Office: twenty-four pages, sewn with "
    "red thread. The second edition of 1958 added the electric lamps, and the third, of 1987, the walks.",
    "The fourth edition was set from the card index of the Lamp Society by Ines Calloway, who keeps the Lamp Museum. "
    "It describes the 612 lamps that were in service on 1 January 2019. Of these, 148 still burn gas and are lit by "
    "hand.",
    "Heights are given to the top of the lantern, and distances along the pavement. A lamp’s number is stamped on a "
    "brass plate at the height of the eye, facing the road.",
)
OIL_AND_GAS = (
    "Port Ellery lit its first street lamp on 3 November 1821. It stood outside the customs house on Tallow Street, "
    "burned rapeseed oil, and cost the parish two pounds and four shillings. By 1840 there were 86 oil lamps, tended "
    "by four lamplighters and paid for by a halfpenny on every barrel of herring landed at the quay.",
    "Gas came with the Ellery Gas Light Company, founded in 1846 by the engineer Josiah Penhale. His retort house on "
    "Cinder Lane made 9,000 cubic feet of gas on a winter’s day and sent it through mains of bored elm. The wooden "
    "mains leaked so badly that almost a third of the gas was lost, until cast iron replaced them in 1859.",
)
LONG_PIER = (
    "The Long Pier reaches 412 metres into the Sound of Marl and carries seventeen lamps, numbered from the shore. "
    "Agnes Marrow lit the first of them on 21 June 1874. She was the first woman in the service of the Lamp Office, "
    "kept the pier for thirty-one years, and by the office’s own count missed nine evenings.",
    "Lamp 17, at the head of the pier, was carried away by the storm of 12 January 1899. The lamp that replaced it "
    "stands on a block of granite weighing 2.6 tonnes, and no sea has moved it since.",
)
ELECTRICITY = (
    "The council voted for electric light on 8 March 1926, by eleven votes to ten. The first forty electric lamps "
    "were switched on along Harbour Parade on 14 October 1927. Residents complained that they hummed.",
)
ROUND = (
    "Lighting begins twenty-five minutes after sunset and has to be finished within ninety minutes. One round is 68 "
    "lamps and 5.2 kilometres of walking. A practised lamplighter spends forty seconds at a lamp; an apprentice is "
    "allowed two minutes until the first of May. At every lamp the order is the same:",
)
STEPS = (
    "Open the tap by a quarter turn with the hook of the pole, and count to two.",
    "Bring up the torch on the side away from the wind.",
    "Look for a steady flame as tall as a thumb and blue at its foot.",
    "Close the pane and listen: a lamp that sings has a cracked mantle.",
    "When it has not lit at the second try, write its number in the round book and walk on.",
)
POLE = (
    "The pole is of ash, 2.4 metres long, and weighs 1.9 kilograms with its brass head. The head holds the hook, the "
    "torch and a small carbide flask that burns for three hours. A pole is never laid on the ground; it is leaned "
    "against the lamp, hook upwards, so that nobody stumbles over it in the dark.",
)
MANTLES = (
    "A mantle lasts about 900 hours. All mantles are changed twice a year, in September and in February, and always "
    "with tweezers: a fingerprint burns into the ash and breaks it within a week.",
    "Glass is washed with water and a spoonful of vinegar to the litre. Soap is forbidden, because it leaves a film "
    "that turns brown in the heat. The brass plate is polished on the first Monday of the month.",
)
DISTRICTS_INTRO = (
    "The society counts the lamps once a year, on New Year’s Day, on foot and in pairs. Old Harbour has the most gas "
    "lamps; New Town, built after 1927, never had any. The Long Pier is the only district lit by gas alone.",
)
TABLE = (
    ("District", "Lamps", "Gas", "Electric", "Oldest lamp"),
    ("Old Harbour", "164", "71", "93", "1852"),
    ("Castle Hill", "97", "38", "59", "1861"),
    ("Tallow Street", "58", "22", "36", "1849"),
    ("Long Pier", "17", "17", "0", "1874"),
    ("Gannet Point", "9", "0", "9", "1903"),
    ("Station Quarter", "66", "0", "66", "1888"),
    ("New Town", "201", "0", "201", "1927"),
    ("All districts", "612", "148", "464", "1849"),
)
CAPTION = "Table 1. Lamps in service on 1 January 2019, as counted by the Lamp Society."
COSTS = (
    "A gas lamp burns 0.14 cubic metres an hour and about 3,960 hours a year. In 2018 the 148 gas lamps cost the "
    "borough £41,300, which is £279 a lamp; the 464 electric lamps cost £18,560, or £40 a lamp. The difference is "
    "met by the Lamp Fund, to which 2,310 households give a penny a day.",
    "No gas lamp may be taken down without a vote of the full council. Since that rule was made, in 1974, the "
    "council has voted on eleven lamps and taken down one.",
)
NOTABLE = (
    (
        (
            "The Gannet Point lamp",
            "At 11.4 metres the tallest lamp in the borough, put up in 1903 to warn boats off the Shelf. Its light "
            "carries six sea miles in clear weather. The iron came from a wrecked collier, the Bessie Thorne.",
        ),
        (
            "The Widow’s Lamp",
            "Number 31, Castle Hill. Hannah Frith paid for its oil from 1833 until her death in 1868, so that her "
            "son would find the door. It is the only lamp that is lit by day, every 9 April.",
        ),
        (
            "The Crooked Lamp",
            "Leans by seven degrees since a dray ran into it in 1911. Straightened twice, it leaned again within a "
            "year, and the Lamp Office gave up in 1920.",
        ),
        (
            "The Penny Lamp",
            "Burned for ten minutes when a penny was put into its slot. It earned £3 and 2 shillings in 1894, its "
            "best year, and takes no coin today.",
        ),
    ),
    (
        (
            "Lamp 99",
            "There is no lamp 100. When the register reached 99 in 1853, the clerk, Edwin Sallow, asked for a second "
            "volume, was refused, and began again at 1 with a letter A.",
        ),
        (
            "The bandstand ring",
            "Eight lamps on one tap, made in 1897 by the Orrin Foundry. Lit together they use 1.1 cubic metres an "
            "hour. Their lanterns are octagonal, with one red pane each that faces the sea.",
        ),
        (
            "The customs house lamp",
            "The successor of the first lamp of all. Today’s lantern dates from 1849 and is the oldest in the town. "
            "Its glass was blown at Marlhead and has a green tint from the iron in the sand.",
        ),
        (
            "A walk past all seven",
            "Start at the customs house, forty minutes before sunset. The walk is 3.8 kilometres long, climbs 54 "
            "metres, and ends on Gannet Point, where the last bus leaves at 22:15.",
        ),
    ),
)
REPORT = (
    "LAMP OFFICE, PORT ELLERY",
    "Night report, Thursday, 12 January 1899",
    "",
    "Wind south-west, rising to a whole gale by ten",
    "o’clock. Lit 61 lamps of 68. The seven on the",
    "outer pier could not be reached: the sea was",
    "breaking over the rail from lamp 11 onwards.",
    "",
    "At twenty past one in the morning lamp 17 went",
    "over, post and all. No person was hurt. The",
    "harbour master, Mr Quill, had a ship’s lantern",
    "hung in its place by four.",
    "",
    "Glass broken: 23 panes. Mantles lost: 40.",
    "Oil used for hand lamps: three pints.",
    "",
    "I ask for two men and a cart in the morning.",
    "",
    "Thomas Oake, keeper of the second round",
)
GLOSSARY = (
    (
        "Bray",
        "The small burner of a lantern, named after its maker. A number 4 bray gives a flame of 16 candles.",
    ),
    (
        "Cross-bar",
        "The iron arm below the lantern on which a ladder is leaned. Its ends are painted white.",
    ),
    (
        "Dead tap",
        "A tap that turns without opening. It is marked with a twist of blue wire and mended the next day.",
    ),
    ("Mantle", "A knitted hood soaked in salts of thorium and cerium, which glows white in the flame."),
    ("Round book", "The lamplighter’s record of lamps not lit. Round books are kept for twelve years."),
    ("Singing lamp", "A lamp that whistles in the wind because its mantle or a pane is cracked."),
)
VISIT = (
    "The Lamp Museum is at 4 Cinder Lane, in Penhale’s retort house. It opens from Wednesday to Sunday, ten to four; "
    "admission is £3.50, and free for anyone who brings a lamp number that the card index lacks.",
    "On Lamp Night, the last Saturday of October, the electric light is switched off in Old Harbour at seven, and "
    "the 71 gas lamps are lit one by one. The record stands at 38 minutes, set in 2014 by Ruth Adeyemi and Col "
    "Banner.",
)
