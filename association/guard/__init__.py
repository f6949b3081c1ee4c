"""The guard over an association: every access path, compared with what is declared.

`look` looks and compares, `find_deviations` lists the findings, `plan_repair` and `carry_out` remove what was not declared.
"""
