namespace MlOps.Validation;

/// <summary>Checks the values of a slice of a tensor, and their number in a row.</summary>
internal sealed class TensorCheck<T, TRule>(TensorSlice slice, TRule rule, ValuePolicy<T> valuePolicy) : TensorCheck
    where TRule : struct, IValueRule<T>
{
    private readonly TRule _rule = rule;
    private readonly int _start = slice.Column ?? 0;
    private readonly UnseenWindow? _window = slice.Feature.MaxUnseenRate > 0 ? new UnseenWindow(slice.Feature.MaxUnseenRate) : null;
    private readonly Lock _lock = new();

    public override bool IsValid(Array values, int width)
    {
        var items = (T[])values;
        CountUnseen(items, width);
        if (HasWrongWidth(width))
        {
            return false;
        }

        var step = StepOf(width);
        for (var i = _start; i < items.Length; i += step)
        {
            if (!_rule.Holds(items[i]) && slice.Contains(i % width))
            {
                return false;
            }
        }

        return true;
    }

    public override void Report(InputFindings findings, Array values, int width, Func<Array> toChangeable)
    {
        var items = (T[])values;
        if (HasWrongWidth(width))
        {
            findings.AddCount(slice.Feature.Name, slice.Column + 1 ?? slice.Count!.Value, width, valuePolicy.WithoutReplacement);
        }

        if (_start < width)
        {
            ReportValues(findings, items, width, toChangeable);
        }
    }

    private void ReportValues(InputFindings findings, T[] items, int width, Func<Array> toChangeable)
    {
        var toleratesUnseen = _window is not null && IsTolerable(_window);
        var broken = new InvalidValues<T, TRule>(_rule, valuePolicy);
        var step = StepOf(width);
        for (var i = _start; i < items.Length; i += step)
        {
            if (!_rule.Holds(items[i]) && slice.Contains(i % width) && broken.Add(i, items[i], toleratesUnseen, out var replacement))
            {
                ((T[])toChangeable())[i] = replacement;
            }
        }

        broken.Report(findings, slice.Feature.Name, index => Locate(index, width, items.Length / width));
    }

    private bool HasWrongWidth(int width) => slice.Column is null ? slice.Count is { } count && width != count : _start >= width;

    /// <summary>Gets the distance between the values of the slice.</summary>
    private int StepOf(int width) => slice.Column is null ? 1 : width;

    private string Locate(int index, int width, int rows)
    {
        var row = rows > 1 ? FormattableString.Invariant($"row {index / width}") : "";
        var position = slice.Column is null && width > 1 ? FormattableString.Invariant($"[{index % width}]") : "";
        return row.Length + position.Length == 0 ? "" : $"{row}{(row.Length > 0 && position.Length > 0 ? " " : "")}{position}: ";
    }

    private void CountUnseen(T[] items, int width)
    {
        if (_window is null)
        {
            return;
        }

        lock (_lock)
        {
            for (var row = 0; row < items.Length; row += width)
            {
                _window.Add(HasUnseen(items.AsSpan(row, width)));
            }
        }
    }

    private bool HasUnseen(ReadOnlySpan<T> row)
    {
        for (var i = slice.Column ?? 0; i < row.Length && (slice.Column is null || i == slice.Column); i++)
        {
            if (!_rule.Holds(row[i]) && slice.Contains(i) && _rule.Explain(row[i]).Any(static fault => fault.Rule == InputRule.Category))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsTolerable(UnseenWindow window)
    {
        lock (_lock)
        {
            return window.IsTolerable;
        }
    }
}
