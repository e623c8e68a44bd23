namespace MlOps.Tracking;

/// <summary>A difference between a recorded run and the current code, data and environment.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RunDifference
{
    internal RunDifference(RunDifferenceKind kind, string name, string? recorded, string? current, string remedy)
    {
        Kind = kind;
        Name = name;
        Recorded = recorded;
        Current = current;
        Remedy = remedy;
    }

    /// <summary>Gets the kind of the difference.</summary>
    public RunDifferenceKind Kind { get; }

    /// <summary>Gets the name of the item that differs, such as the name of a package.</summary>
    /// <value>Empty if <see cref="Kind"/> identifies the item.</value>
    public string Name { get; }

    /// <summary>Gets the recorded value.</summary>
    /// <value><see langword="null"/> if the run was recorded without the item.</value>
    public string? Recorded { get; }

    /// <summary>Gets the current value.</summary>
    /// <value><see langword="null"/> if the item does not exist now.</value>
    public string? Current { get; }

    /// <summary>Gets the command or instruction that restores the recorded value.</summary>
    public string Remedy { get; }

    /// <summary>Gets the kind and the name as text, such as <c>Package CsvHelper</c>.</summary>
    internal string Title
    {
        get
        {
            var kind = Kind switch
            {
                RunDifferenceKind.OperatingSystem => "Operating system",
                RunDifferenceKind.NewerData => "Newer data",
                _ => Kind.ToString(),
            };
            return $"{kind} {Name}".TrimEnd();
        }
    }

    /// <summary>Returns the difference as one line of text.</summary>
    /// <returns>The text, such as
    /// <c>Package CsvHelper: recorded 33.0.1, current 33.1.0. Remedy: dotnet add package CsvHelper --version 33.0.1</c>.</returns>
    public override string ToString() => $"{Title}: recorded {Recorded ?? "none"}, current {Current ?? "none"}. Remedy: {Remedy}";
}
