"""The guard over an association: every access path, compared with what is declared. It leaves Pulumi out.

`look` looks and compares, `find_deviations` lists the findings, `plan_repair` and `carry_out` take away what was not declared.
"""
