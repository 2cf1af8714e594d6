"""Travel documents as ICAO Doc 9303 has them: passports, identity cards, visas, exit-entry permits.

Everything that looks at foreign bytes here is pure, over one function that carries out a command on
the chip. `family` is what the PC/SC reader tries beside its other kinds of card; `passive` runs
openssl and touches nothing else. Paragraphs without a part's number are those of Doc 9303-11.
"""
