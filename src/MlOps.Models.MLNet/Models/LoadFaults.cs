namespace MlOps.Models;

/// <summary>Says why ML.NET did not load a model, and what to do.</summary>
internal static class LoadFaults
{
    /// <summary>Tells an exception that damaged or foreign data causes from one that has other reasons: ML.NET trusts what it reads, so damage makes it throw nearly anything.</summary>
    public static bool IsFaultOfFile(Exception exception) =>
        exception is not (ModelFormatException or OperationCanceledException or UnauthorizedAccessException)
        && (exception is not IOException || exception is FileNotFoundException or FileLoadException or EndOfStreamException);

    public static string Describe(Exception exception) => exception.ToString();
}
