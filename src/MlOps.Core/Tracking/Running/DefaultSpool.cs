using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Creates the folder for spools where the settings name none.</summary>
internal static partial class DefaultSpool
{
    /// <summary>Gets the pattern of the names of the folders in a folder of spools: the identifiers of runs.</summary>
    public static Regex OwnNames => OwnName();

    private static string UserFolder => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>Gets the folder, whether it exists or not.</summary>
    public static string Folder => Path.Combine(UserFolder, "mlops", "spool");

    /// <summary>Creates the folder <c>mlops/spool</c> in the user's folder for application data, which the next process of the user finds again.</summary>
    /// <remarks>A user without such a folder gets a temporary one with a random name. In a shared folder for temporary files a name that others can guess is not safe.</remarks>
    public static string Create(ILogger logger)
    {
        try
        {
            if (UserFolder.Length > 0)
            {
                PrivateFolder.Create(Folder);
                return Folder;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogTemporary(logger, exception, Folder);
        }

        return Directory.CreateTempSubdirectory("mlops-spool-").FullName;
    }

    [GeneratedRegex(@"^[0-9a-f]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    [LoggerMessage(466, LogLevel.Information, "The folder '{Folder}' for metrics that the store does not take cannot be created. A temporary folder is used, where only this process finds them. Set MlOps:Tracking:SpoolFolder to keep them for the next process.")]
    private static partial void LogTemporary(ILogger logger, Exception exception, string folder);
}
