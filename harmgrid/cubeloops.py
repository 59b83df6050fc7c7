"""The compiled loops of `harmgrid.cube`, which alone calls them.

Those that answer take columns of a cube, positions of places in it (-1 is passed over), how events count, and arrays of
zeros for what they find.
"""

from harmgrid.compiled import compiled


@compiled
def accumulate(row_entry, values):  # type: ignore[no-untyped-def]
    """Make running sums of the values of each row, in place."""
    for row in range(len(row_entry) - 1):
        for entry in range(row_entry[row] + 1, row_entry[row + 1]):
            values[entry] += values[entry - 1]


@compiled
def _ones(bits):  # type: ignore[no-untyped-def]
    """How many bits are set; the compiler makes one instruction of it."""
    ones = 0
    while bits:
        bits &= bits - 1
        ones += 1
    return ones


@compiled
def _factor(bits, once, by_bit):  # type: ignore[no-untyped-def]
    """The multiplier of an event in all."""
    factor, greatest = 0.0, 0.0
    while bits:
        lowest = bits & -bits
        one = by_bit[_ones(lowest - 1)]
        factor += one
        greatest = max(greatest, one)
        bits ^= lowest
    return greatest if once else factor


@compiled
def _counts(signature, how):  # type: ignore[no-untyped-def]
    """How many times an event counts, and with which multiplier in all; whether it is people."""
    mask, once, weighted, by_bit, stock, generated = how
    bits = signature & mask
    if bits == 0 or signature & generated[0] != generated[1]:
        return 0, 0.0, False
    times = 1 if once else _ones(bits)
    return times, _factor(bits, once, by_bit) if weighted else float(times), bits & stock != 0


@compiled
def _before(month, low, high, windows):  # type: ignore[no-untyped-def]
    """How many entries of [low, high) come before the start and the stop of each window."""
    (start, stop), (start_then, stop_then) = windows
    first, last, first_then, last_then = 0, 0, 0, 0
    for entry in range(low, high):  # without a branch, many entries at once: faster than bisection
        first += month[entry] < start
        last += month[entry] < stop
        first_then += month[entry] < start_then
        last_then += month[entry] < stop_then
    return (low + first, low + last), (low + first_then, low + last_then)


@compiled
def add_windows(cube, at, question, sums):  # type: ignore[no-untyped-def]
    """Add count, people, harm and its variance over each of two windows, arrays of shape (2, positions)."""
    place_row, signature, row_entry, month, count, harm, harm2 = cube
    windows, how = question
    for i in range(len(at)):
        if at[i] < 0:
            continue
        for row in range(place_row[at[i]], place_row[at[i] + 1]):
            times, factor, people = _counts(signature[row], how)
            if times == 0:
                continue
            low = row_entry[row]
            ranges = _before(month, low, row_entry[row + 1], windows)
            for w in range(2):
                first, last = ranges[w]
                if last == first:
                    continue
                n, h, h2 = count[last - 1], harm[last - 1], harm2[last - 1]
                if first > low:
                    n, h, h2 = n - count[first - 1], h - harm[first - 1], h2 - harm2[first - 1]
                months = 1
                if people:
                    months = windows[w][1] - windows[w][0]
                    sums[1][w, i] += times * n / months
                else:
                    sums[0][w, i] += times * n
                sums[2][w, i] += factor * h / months
                sums[3][w, i] += factor * factor * h2 / months


@compiled
def find_heaviest(cube, at, question, found):  # type: ignore[no-untyped-def]
    """The weight of the heaviest event over either of two windows, shape (positions,)."""
    place_row, signature, row_entry, month, largest, weight = cube
    ((start, stop), (start_then, stop_then)), how = question
    for i in range(len(at)):
        if at[i] < 0:
            continue
        for row in range(place_row[at[i]], place_row[at[i] + 1]):
            times, factor, _ = _counts(signature[row], how)
            if times == 0:
                continue
            for entry in range(row_entry[row], row_entry[row + 1]):
                if start <= month[entry] < stop or start_then <= month[entry] < stop_then:
                    found[i] = max(found[i], factor * weight[largest[entry]])


@compiled
def add_months(cube, at, how, sums):  # type: ignore[no-untyped-def]
    """Add count and harm of each month, arrays of shape (positions, months)."""
    place_row, signature, row_entry, month, count, harm = cube
    for i in range(len(at)):
        if at[i] < 0:
            continue
        for row in range(place_row[at[i]], place_row[at[i] + 1]):
            times, factor, _ = _counts(signature[row], how)
            if times == 0:
                continue
            n, h = 0, 0.0
            for entry in range(row_entry[row], row_entry[row + 1]):
                sums[0][i, month[entry]] += times * (count[entry] - n)
                sums[1][i, month[entry]] += factor * (harm[entry] - h)
                n, h = count[entry], harm[entry]
