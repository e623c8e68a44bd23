using MlOps.Datasets;

namespace MlOps.Monitoring.Profiles;

/// <summary>Accumulates the profile of rows.</summary>
/// <remarks>Not thread-safe. Memory is bounded. Adding rows allocates no memory, apart from new categories and the growth of sketches.</remarks>
internal sealed class ProfileBuilder
{
    private readonly NumberState?[] _numbers;
    private readonly TextState?[] _texts;

    /// <summary>Initializes a new instance of the <see cref="ProfileBuilder"/> class.</summary>
    /// <param name="columns">The columns of the rows.</param>
    /// <param name="baseline">
    /// The profile whose bins and categories are used. A column that the baseline does not have, or has with another type, has no bins.
    /// </param>
    /// <param name="seed">The seed of the sketches.</param>
    public ProfileBuilder(IReadOnlyList<RowColumn> columns, DataProfile? baseline = null, ulong seed = 0)
    {
        Columns = columns;
        _numbers = new NumberState?[columns.Count];
        _texts = new TextState?[columns.Count];
        if (columns.GroupBy(static column => column.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Skip(1).Any()) is { Key: var duplicate })
        {
            throw new ArgumentException($"Two columns have the name '{duplicate}'. Rename one of them.", nameof(columns));
        }

        for (var i = 0; i < columns.Count; i++)
        {
            var frozen = baseline?.Find(columns[i].Name) is { } found && found.IsText == columns[i].IsText ? found : null;
            if (columns[i].IsText)
            {
                _texts[i] = new TextState(
                    columns[i].Name,
                    frozen?.ToKnown(),
                    frozen is { OtherCategories: 0, CategoryError: 0 },
                    frozen?.Lengths?.BinEdges ?? [],
                    seed);
            }
            else
            {
                _numbers[i] = new NumberState(columns[i].Name, frozen?.BinEdges ?? [], seed);
            }
        }
    }

    /// <summary>Gets the columns.</summary>
    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>Gets the number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds all rows of a batch.</summary>
    public void Add(RowBatch batch) => Add(batch, 0, batch.Count);

    /// <summary>Adds some rows of a batch, whose columns are those of the builder in the same order.</summary>
    public void Add(RowBatch batch, int from, int count)
    {
        for (var i = 0; i < _numbers.Length; i++)
        {
            _numbers[i]?.Add(batch.Numbers(i).Slice(from, count));
            _texts[i]?.Add(batch.Texts(i).Slice(from, count));
        }

        Rows += count;
    }

    /// <summary>Creates the profile of the rows so far. More rows can be added afterwards.</summary>
    public DataProfile ToProfile() =>
        new(Rows, [.. Enumerable.Range(0, _numbers.Length).Select(index => _numbers[index]?.ToProfile() ?? _texts[index]!.ToProfile())]);

    /// <summary>Removes all rows.</summary>
    public void Reset()
    {
        Rows = 0;
        Array.ForEach(_numbers, static state => state?.Reset());
        Array.ForEach(_texts, static state => state?.Reset());
    }
}
