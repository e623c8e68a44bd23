#!/usr/bin/env bash
# Uses the packages like an application outside the repository: runs the program in README.md, and tests the provider in the README of MlOps.Testing with ten
# tests of the conformance suite.
# usage: run.sh <folder of packages> <version> <scratch folder outside the repository>
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd) packages=$1 version=$2 scratch=$3
mkdir -p "$scratch"/{program,provider}
cat >"$scratch/NuGet.config" <<C
<configuration>
  <packageSources><add key="local" value="$packages" /></packageSources>
</configuration>
C

reference() {   # a third-party package, at the version of this repository
  sed -n "s|.*PackageVersion Include=\"\($1\)\" Version=\"\(.*\)\".*|<PackageReference Include=\"\1\" Version=\"\2\" />|p" "$repository/Directory.Packages.props"
}

project() {   # output type, references, suppressed diagnostics
  cat <<C
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>$1</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <NoWarn>\$(NoWarn);${3:-}</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    $2
  </ItemGroup>
</Project>
C
}

ours() { echo "<PackageReference Include=\"$1\" Version=\"$version\" />"; }

# The program is the first C# block of the README.
sed -n '/^```csharp$/,/^```$/p' "$repository/README.md" | sed '/^```/d' >"$scratch/program/Program.cs"
project Exe "$(ours MlOps.Core)$(ours MlOps.Storage.S3)$(ours MlOps.Storage.AzureBlob)$(reference Microsoft.Extensions.Hosting)" >"$scratch/program/Program.csproj"
(cd "$scratch/program" && dotnet run | tee output && grep -q '0.91' output && test -d mlops-data/objects)

cp "$repository"/tests/MlOps.Testing.Tests/Readme/Acme*.cs "$scratch/provider/"
echo 'global using NUnit.Framework;' >"$scratch/provider/Usings.cs"
project Library "$(ours MlOps.Core)$(ours MlOps.Testing)$(reference Microsoft.NET.Test.Sdk)$(reference NUnit)$(reference NUnit3TestAdapter)" MLOPS001 >"$scratch/provider/Provider.Tests.csproj"
ten=FullyQualifiedName~AcmeFaultTests   # two tests; the other eight belong to the contract, which MlOps.Testing.Tests runs completely
for test in Write_replaces_an_earlier_artifact Read_returns_the_bytes_written If_absent_throws_exists_and_keeps_the_existing_artifact \
  Exactly_one_of_many_writers_if_absent_wins Large_content_in_pieces_of_different_sizes_is_returned Failing_content_leaves_the_path_free_for_a_write_if_absent \
  List_is_in_the_order_of_utf8_bytes Delete_removes_the_artifact; do ten+="|FullyQualifiedName~$test"; done
(cd "$scratch/provider" && dotnet test --filter "$ten" | tee output && grep -qE 'Passed: +10,' output)
