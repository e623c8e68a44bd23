using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Creates the folder for spools where the settings name none.</summary>
internal static partial class DefaultSpoolFolder
{
    /// <summary>Gets the pattern of the names of the folders in a folder of spools: the identifiers of runs.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>Gets the user's folder for application data; empty if there is none.</summary>
    public static string UserFolder => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>Gets the folder, whether it exists or not.</summary>
    public static string FullPath => FolderIn(UserFolder);

    /// <summary>Creates the folder <c>mlops/spool</c> in the user's folder for application data, which the next process of the user finds again.</summary>
    /// <remarks>A user without such a folder gets a temporary one with a random name. In a shared folder for temporary files a name that others can guess is not safe.</remarks>
    /// <param name="userFolder">The user's folder for application data; empty if there is none.</param>
    /// <param name="logger">Informed of a temporary folder.</param>
    public static string Create(string userFolder, ILogger logger)
    {
        var folder = FolderIn(userFolder);
        Exception? failure = null;
        try
        {
            if (userFolder.Length > 0)
            {
                PrivateFolder.Create(folder);
                return folder;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = exception;
        }

        LogTemporary(logger, failure, folder);
        return Directory.CreateTempSubdirectory("mlops-spool-").FullName;
    }

    private static string FolderIn(string userFolder) => Path.Combine(userFolder, "mlops", "spool");

    [GeneratedRegex(@"^[0-9a-f]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    [LoggerMessage(466, LogLevel.Information, "The folder '{Folder}' for metrics that the store does not take cannot be created. A temporary folder is used, where only this process finds them. Set MlOps:Tracking:SpoolFolder to keep them for the next process.")]
    private static partial void LogTemporary(ILogger logger, Exception? exception, string folder);
}
