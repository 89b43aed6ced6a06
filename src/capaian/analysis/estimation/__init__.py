"""How sure a measured value is: standard error, interval, status, and the flow of its cases.

Kernels over arrays of all subjects at once, one file to a question (`proportion`, `counts`,
`means`, `design`, `survey`, `reliability`, `survival`), and what puts them together: a measure's
`Sampling` says how its value varies, `estimates` reads the integers that scores were made of.
"""
