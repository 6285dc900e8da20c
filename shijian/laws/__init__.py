"""The law library: laws in dated versions down to articles, citing them anywhere, what rests on each, what a change touches.

Above it everything that cites an article; it reads the time limits of `core` itself and learns of all other uses through
`hooks.uses`. Also the list of powers (权力清单), the list of duties (事权清单) and the operation guides (业务操作指南).
"""
