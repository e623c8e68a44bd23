namespace MlOps.Tracking;

/// <summary>Something that is not as it was when a run was recorded.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Name">Which one, such as the package's name; empty if the kind says it.</param>
/// <param name="Recorded">What it was; <see langword="null"/> if there was none.</param>
/// <param name="Present">What it is now; <see langword="null"/> if there is none.</param>
/// <param name="Remedy">How to get back to what it was: a command, or a sentence.</param>
public sealed record RunDifference(RunDifferenceKind Kind, string Name, string? Recorded, string? Present, string Remedy)
{
    /// <summary>Says it in a line.</summary>
    /// <returns>Such as <c>Package CsvHelper: 33.0.1, now 33.1.0. dotnet add package CsvHelper --version 33.0.1</c>.</returns>
    public override string ToString() => $"{Kind}{(Name.Length == 0 ? "" : $" {Name}")}: {Recorded ?? "none"}, now {Present ?? "none"}. {Remedy}";
}
