"""Measure the pipeline on reference questions and on BEIR folders; write `from eval.… import …`.

`import eval` hides the builtin of that name in the importing module.
"""
