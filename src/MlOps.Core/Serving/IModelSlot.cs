using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Where the version that answers is, for those who do not know the callers' types.</summary>
internal interface IModelSlot
{
    ILoadedVersion? Current { get; }

    /// <summary>Makes a loaded model ready to answer: maps the types, makes predictors and warms them up.</summary>
    /// <param name="fetched">Which version it is.</param>
    /// <param name="model">The model; it is disposed with the version, or here if this fails.</param>
    /// <exception cref="ModelMappingException">The types do not fit.</exception>
    ILoadedVersion Prepare(FetchedVersion fetched, ILoadedModel model);

    /// <summary>Lets another version answer, or none.</summary>
    /// <returns>The one before, which the caller retires.</returns>
    ILoadedVersion? Exchange(ILoadedVersion? next);
}
