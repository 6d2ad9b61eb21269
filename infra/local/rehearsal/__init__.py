"""A district's campaign, played from a seed over the interface that everybody uses.

`conduct` decides, without any clock or network, how each unit behaves; `campaign` says which directives go down when;
`cast` gives every unit somebody to act as; `play` lets them act when business time comes.
"""
