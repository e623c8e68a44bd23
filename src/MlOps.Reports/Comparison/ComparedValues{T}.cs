namespace MlOps.Reports;

/// <summary>The values that runs have for one name: a parameter, a metric, a tag.</summary>
/// <typeparam name="T">The type of the values, which has a null for a run without one.</typeparam>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ComparedValues<T>
{
    internal ComparedValues(string name, IReadOnlyList<T> values, bool? differs = null)
    {
        Name = name;
        Values = values;
        Differs = differs ?? values.Distinct().Skip(1).Any();
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets a value indicating whether the runs have different values.</summary>
    public bool Differs { get; }

    /// <summary>Gets the values, one for each run in the order of <see cref="RunComparison.Runs"/>; null for a run that has none.</summary>
    public IReadOnlyList<T> Values { get; }

    /// <summary>Converts the values. Whether they differ stays, also if their new forms are equal.</summary>
    internal ComparedValues<TResult> Convert<TResult>(Func<T, TResult> convert) => new(Name, [.. Values.Select(convert)], Differs);
}
