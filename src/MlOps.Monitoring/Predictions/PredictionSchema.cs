using MlOps.Datasets;

namespace MlOps.Monitoring.Predictions;

/// <summary>The logged columns of a model: the features that are left out, hashed and copied.</summary>
internal sealed class PredictionSchema
{
    private PredictionSchema(IReadOnlyList<RowColumn> inputs, IReadOnlyList<RowColumn> outputs, IReadOnlyList<int> logged, IReadOnlySet<int> hashed)
    {
        Inputs = inputs;
        Outputs = outputs;
        Logged = logged;
        Hashed = hashed;
    }

    public IReadOnlyList<RowColumn> Inputs { get; }

    public IReadOnlyList<RowColumn> Outputs { get; }

    /// <summary>Gets the indices of the inputs that are logged.</summary>
    public IReadOnlyList<int> Logged { get; }

    /// <summary>Gets the indices of the inputs that are logged as digests.</summary>
    public IReadOnlySet<int> Hashed { get; }

    /// <summary>Creates the schema. If a name in the settings is unknown, no feature is logged.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="inputs">The columns of the inputs.</param>
    /// <param name="outputs">The columns of the outputs.</param>
    /// <param name="options">The settings.</param>
    /// <param name="fault">The unknown name and the remedy; otherwise <see langword="null"/>.</param>
    public static PredictionSchema Create(
        string model, IReadOnlyList<RowColumn> inputs, IReadOnlyList<RowColumn> outputs, LogOptions options, out string? fault)
    {
        fault = FindFault(model, inputs, options);
        if (fault is not null)
        {
            return new PredictionSchema(inputs, outputs, [], new HashSet<int>());
        }

        var indices = Enumerable.Range(0, inputs.Count).ToList();
        return new PredictionSchema(
            inputs, outputs, indices.FindAll(index => !options.Exclude.Contains(inputs[index].Name)),
            indices.Where(index => options.Hash.Contains(inputs[index].Name)).ToHashSet());
    }

    /// <summary>Finds a name in the settings that is not the name of a feature.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="inputs">The columns of the inputs.</param>
    /// <param name="options">The settings.</param>
    /// <returns>The unknown name and the remedy, or <see langword="null"/> if all names are known.</returns>
    public static string? FindFault(string model, IReadOnlyList<RowColumn> inputs, LogOptions options)
    {
        var names = inputs.Select(static column => column.Name).ToList();
        foreach (var (setting, name) in options.Exclude.Select(static name => ("Exclude", name)).Concat(options.Hash.Select(static name => ("Hash", name))))
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                return $"The setting Log:{setting} of the model '{model}' contains '{name}', which is not a feature of the model. "
                    + $"{ColumnNames.Suggest(name, names)}The features are: {string.Join(", ", names)}.";
            }
        }

        return null;
    }

    /// <summary>Determines whether a chunk has the columns of this schema.</summary>
    public bool Matches(IReadOnlyList<RowColumn> inputs, IReadOnlyList<RowColumn> outputs) => AreEqual(Inputs, inputs) && AreEqual(Outputs, outputs);

    private static bool AreEqual(IReadOnlyList<RowColumn> one, IReadOnlyList<RowColumn> other)
    {
        if (ReferenceEquals(one, other))
        {
            return true;
        }

        var areEqual = one.Count == other.Count;
        for (var i = 0; areEqual && i < one.Count; i++)
        {
            areEqual = one[i].IsText == other[i].IsText && one[i].Name == other[i].Name;
        }

        return areEqual;
    }
}
