using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Creates the default spool folder, which is used if the settings name no folder.</summary>
internal static partial class DefaultSpoolFolder
{
    /// <summary>Gets the pattern of the names of the subfolders, which are identifiers of runs.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>Gets the application data folder of the user; empty if there is none.</summary>
    public static string UserFolder => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>Gets the path of the folder, which may not exist.</summary>
    public static string FullPath => FolderIn(UserFolder);

    /// <summary>Creates the folder <c>mlops/spool</c> in the application data folder of the user, where the next process of the user finds
    /// the spooled metrics.</summary>
    /// <remarks>A user without an application data folder gets a temporary folder with a random name, because a predictable name in a
    /// shared temporary folder is not safe.</remarks>
    /// <param name="userFolder">The application data folder of the user; empty if there is none.</param>
    /// <param name="logger">The logger that receives a message if a temporary folder is used.</param>
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

    [LoggerMessage(466, LogLevel.Information,
        "The spool folder '{Folder}' cannot be created. A temporary folder is used, which other processes cannot find. "
        + "Set MlOps:Tracking:SpoolFolder to a folder that the next process can use.")]
    private static partial void LogTemporary(ILogger logger, Exception? exception, string folder);
}
