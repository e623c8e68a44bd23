namespace MlOps.Reports;

/// <summary>The values of one parameter, metric, tag, attribute or dataset in the compared runs.</summary>
/// <typeparam name="T">The nullable type of the values.</typeparam>
/// <remarks>Instances are immutable and thread-safe.</remarks>
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

    /// <summary>Gets the values in the order of <see cref="RunComparison.Runs"/>. The value is <see langword="null"/> for a run without a value.</summary>
    public IReadOnlyList<T> Values { get; }

    /// <summary>Converts the values. <see cref="Differs"/> is kept, even if the converted values are equal.</summary>
    internal ComparedValues<TResult> Convert<TResult>(Func<T, TResult> convert) => new(Name, [.. Values.Select(convert)], Differs);
}
